import { beforeAll, expect, test } from "vitest";

import {
  Edit,
  makeCommit,
  makeGenesis,
  newIdentity,
  Reader,
  takeUp,
  Text,
  Writer,
  type Identity,
  type MadeGenesis,
} from "./index.js";
import { anAgency, noon, roomShare, type Agency } from "./testing/cast.js";

let agency: Agency;
let luisa: Identity;
let genesis: MadeGenesis;

beforeAll(async () => {
  agency = await anAgency();
  luisa = await newIdentity();
  genesis = await makeGenesis(luisa, agency.roster, roomShare, noon);
});

function readerOf(me: Identity, duty = false): Reader {
  const dutySeeds = duty ? [agency.duty] : [];
  return new Reader(genesis.room, {
    book: agency.book,
    roomShare,
    me,
    rootFingerprint: agency.root.fingerprint,
    dutySeeds,
  });
}

/** Luisa asks, Berger takes it up with the duty key and answers. */
async function story() {
  const [client, counsellor] = [readerOf(luisa), readerOf(agency.berger, true)];
  await client.push(1, genesis.item);
  const asked = await new Writer(luisa).seal(client.place(), new Text("Hallo"), { clock: "asks", sentAt: noon });
  const items = [genesis.item, asked.envelope];
  await client.push(2, asked.envelope);
  for (const [index, item] of items.entries()) await counsellor.push(index + 1, item);
  const { seenPos, seenTh } = counsellor.place();
  if (counsellor.log === null) throw new Error("The room has no log.");
  const taken = await takeUp(counsellor.log, agency.berger, agency.book, roomShare, seenPos, seenTh, noon);
  items.push(taken.item);
  await counsellor.push(3, taken.item);
  const answer = new Text("Guten Tag");
  const answered = await new Writer(agency.berger).seal(counsellor.place(), answer, { clock: "answers", sentAt: noon });
  items.push(answered.envelope);
  return { client, counsellor, items, answered };
}

test("a client's question and a counsellor's answer are read by both", async () => {
  const { client, counsellor, items } = await story();
  const verdicts = await Promise.all(
    [3, 4].map((position) => client.push(position, items[position - 1] ?? genesis.item)),
  );
  expect(verdicts.map(({ kind, reason }) => [kind, reason])).toEqual([
    ["commit", null],
    ["message", null],
  ]);
  expect(verdicts[1]?.message?.body).toEqual(new Text("Guten Tag"));
  expect(client.confirmed).toBe(3);
  expect(client.log?.waiting).toBe(false);
  expect(await counsellor.push(4, items[3] ?? genesis.item)).toMatchObject({ kind: "message", alarm: false });
  expect(counsellor.th).toEqual(client.th);
});

test("a reader without a key for the first epoch sees it as sealed and the next one in words", async () => {
  const { items } = await story();
  const late = readerOf(agency.berger);
  const kinds = [];
  for (const [index, item] of items.entries()) kinds.push((await late.push(index + 1, item)).kind);
  expect(kinds).toEqual(["genesis", "sealed", "commit", "message"]);
});

test("a message that was changed on its way is shown as broken and the room goes on", async () => {
  const { client, items, counsellor } = await story();
  await client.push(3, items[2] ?? genesis.item);
  const changed = (items[3] ?? genesis.item).slice();
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(await client.push(4, changed)).toMatchObject({ kind: "broken", reason: "does_not_decrypt" });
  expect(client.position).toBe(4);
  await counsellor.push(4, items[3] ?? genesis.item);
  expect(counsellor.th).not.toEqual(client.th);
});

test("nobody edits the message of another", async () => {
  const { client, counsellor, items, answered } = await story();
  for (const position of [3, 4]) await client.push(position, items[position - 1] ?? genesis.item);
  const edit = await new Writer(luisa).seal(client.place(), new Edit(answered.id, "anders"), { sentAt: noon });
  await counsellor.push(4, answered.envelope);
  expect(await counsellor.push(5, edit.envelope)).toMatchObject({ kind: "broken", reason: "target_not_yours" });
});

test("a reader goes on from its checkpoint", async () => {
  const { counsellor, items } = await story();
  await counsellor.push(4, items[3] ?? genesis.item);
  const given = { book: agency.book, roomShare, me: agency.berger };
  const commit = items[2] ?? genesis.item;
  const resumed = await Reader.resume(counsellor.makeCheckpoint(), genesis.item, commit, given);
  const next = await new Writer(agency.berger).seal(resumed.place(), new Text("Noch etwas"), { sentAt: noon });
  expect(await resumed.push(5, next.envelope)).toMatchObject({ kind: "message", alarm: false });
  expect(await counsellor.push(5, next.envelope)).toMatchObject({ kind: "message" });
  expect(resumed.th).toEqual(counsellor.th);
});

test("a counsellor cannot remove the client", async () => {
  const { counsellor } = await story();
  if (counsellor.log === null) throw new Error("The room has no log.");
  const { seenPos, seenTh } = counsellor.place();
  const remove = { kind: "remove", fingerprint: luisa.fingerprint } as const;
  const given = { seenPos, seenTh, createdAt: noon };
  const made = makeCommit(counsellor.log, agency.berger, [remove], agency.book, roomShare, given);
  await expect(made).rejects.toMatchObject({ code: "commit_not_allowed" });
});
