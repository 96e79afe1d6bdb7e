import { expect, test } from "vitest";

import { OutboxKey } from "./outbox-key.js";

const secret = new Uint8Array(32).fill(7);
const value = { uid: "a", room: "0b".repeat(16), text: "Grünspecht" };

test("a row opens for the same person under the same id, and for nobody else", async () => {
  const key = await OutboxKey.from(secret);
  const row = await key.seal("a", value);
  expect(await (await OutboxKey.from(secret)).open("a", row)).toEqual(value);
  expect(await key.open("b", row)).toBeNull();
  const other = await OutboxKey.from(new Uint8Array(32).fill(8));
  expect(other.owner).not.toBe(key.owner);
  expect(await other.open("a", row)).toBeNull();
});

test("a draft's name is the same on every page of a person, and tells nobody else the room", async () => {
  const room = value.room;
  const key = await OutboxKey.from(secret);
  expect(await (await OutboxKey.from(secret)).draftName(room)).toBe(await key.draftName(room));
  expect(await (await OutboxKey.from(new Uint8Array(32).fill(8))).draftName(room)).not.toBe(await key.draftName(room));
  expect(await key.draftName("0c".repeat(16))).not.toBe(await key.draftName(room));
});

test("a row that was changed does not open", async () => {
  const key = await OutboxKey.from(secret);
  const row = await key.seal("a", value);
  row[row.length - 1] = (row[row.length - 1] ?? 0) ^ 1;
  expect(await key.open("a", row)).toBeNull();
});

test("a row does not tell how much was written, and none looks like another", async () => {
  const key = await OutboxKey.from(secret);
  const [short, long] = [await key.seal("a", value), await key.seal("a", { ...value, text: "x".repeat(300) })];
  expect(short.length).toBe(long.length);
  expect(await key.seal("a", value)).not.toEqual(short);
});
