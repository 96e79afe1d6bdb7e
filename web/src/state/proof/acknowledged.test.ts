import { beforeEach, expect, test } from "vitest";

import * as crypto from "../../crypto/index.js";
import { checkedReceipt, msOf, startsPromise, type Acknowledged } from "./acknowledged.js";
import { iso, ServerOfTest } from "./testing/server.js";

const NOON = 1_795_521_600_123;
const server = new ServerOfTest();
const key = crypto.signingPublicKey(server.receiptSeed);
let told: Acknowledged;

beforeEach(async () => {
  told = (await server.acknowledge(NOON)).told;
});

const refused = (changed: Partial<Acknowledged>, under = key): Promise<string | null> =>
  checkedReceipt(crypto, { ...told, ...changed }, under).then(
    () => null,
    (reason: crypto.CryptoRefusal) => reason.code,
  );

test("a receipt holds for the message, thread and times that it was given for", async () => {
  expect(await refused({})).toBe(null);
});

test("no receipt of something else is taken for it", async () => {
  const other = (await server.acknowledge(NOON + 1)).told;
  expect(await refused({ receipt: other.receipt })).toBe("receipt_invalid");
  expect(await refused({ envelope: other.envelope })).toBe("receipt_invalid");
  expect(await refused({ room: "0c".repeat(16) })).toBe("receipt_invalid");
  expect(await refused({ dueAt: iso(NOON + 172_800_000 + 1) })).toBe("receipt_invalid");
  expect(await refused({ dueAt: null })).toBe("receipt_invalid");
  expect(await refused({ storedAt: iso(NOON - 1) })).toBe("receipt_invalid");
  expect(await refused({}, crypto.signingPublicKey(new Uint8Array(32)))).toBe("receipt_invalid");
});

test("one that does not keep its own policy is none, whoever signed it", async () => {
  const late = await server.acknowledge(NOON, { dueAt: NOON + 172_800_001 });
  expect(await refused(late.told)).toBe("receipt_invalid");
});

test("microseconds are cut, as in what is signed", () => {
  expect(msOf("2026-11-26T12:00:00.123999Z")).toBe(Date.UTC(2026, 10, 26, 12, 0, 0, 123));
  expect(msOf("2026-11-26T12:00:00Z")).toBe(Date.UTC(2026, 10, 26, 12));
});

test("a message that asks starts a promise unless one was known to run", () => {
  const before = (waiting: number, due: number) => ({ waitingSince: new Date(waiting), dueAt: new Date(due) });
  const dueAt = iso(NOON + 1_000);
  expect(startsPromise(crypto, told)).toBe(true);
  expect(startsPromise(crypto, { ...told, dueAt, before: before(NOON - 9, NOON + 1_000) })).toBe(false);
  expect(startsPromise(crypto, { ...told, dueAt, before: before(NOON - 9, NOON + 999) })).toBe(true);
});

test("a promise that began with this very message needs its receipt, whoever told of it meanwhile", () => {
  const before = { waitingSince: new Date(NOON), dueAt: new Date(NOON + 172_800_000) };
  expect(startsPromise(crypto, { ...told, before })).toBe(true);
});
