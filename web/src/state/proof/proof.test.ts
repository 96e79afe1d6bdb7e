import { afterEach, beforeEach, expect, test, vi } from "vitest";

import * as crypto from "../../crypto/index.js";
import type * as wire from "../../wire.gen.js";
import { Unlocked } from "../unlocked.js";
import { writeFrom } from "../vault-wire.js";
import { ProofState } from "./proof.svelte.js";
import { filler, JournalOfTest, ServerOfTest } from "./testing/server.js";

const HOUR_MS = 60 * 60_000;
const NOW = Date.now();

let server: ServerOfTest;
let identity: crypto.Identity;

beforeEach(async () => {
  server = new ServerOfTest();
  identity = await server.begin();
  vi.stubGlobal("fetch", async (path: string, { method, body }: { method: string; body?: string }) =>
    server.answer(path, method, body),
  );
});

afterEach(() => vi.unstubAllGlobals());

/** A log-in on an empty page: all it knows is what lies in the vault. */
async function logIn(): Promise<{ proof: ProofState; person: Unlocked; codes: () => string[] }> {
  const write = server.stored.at(-1);
  if (write === undefined) throw new Error("Nothing is stored.");
  const [wrap, share] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const vault = await crypto.openVault(writeFrom(write), identity.userId, wrap, share);
  const me: wire.Me = { account_id: crypto.toHex(identity.userId), name: "luisa7", role: "client", server_time: "" };
  const person = new Unlocked(me, crypto, vault, wrap, share);
  const proof = new ProofState((step) => step);
  proof.signedIn(person);
  if (!server.silent) await proof.round();
  return { proof, person, codes: () => proof.alarms.map(({ code }) => code) };
}

/** A message that is acknowledged, honestly unless `lie` makes something else of it. */
async function asks(at = NOW - 60_000, lie: (told: Told) => Told = (told) => told, page = logIn()) {
  const given = await server.acknowledge(at);
  const here = await page;
  here.proof.acknowledged(here.person, lie(given.told));
  await here.proof.round();
  await here.proof.round();
  return { ...here, ...given };
}
type Told = Awaited<ReturnType<ServerOfTest["acknowledge"]>>["told"];

test("a receipt that holds is kept, and the next log-in finds it in the journal and says nothing", async () => {
  const { event, salt, proof } = await asks();
  expect(proof.receipts(server.room)).toMatchObject([{ sealedAs: null }]);
  await server.journal.seal(...filler(3));
  await server.open(event, salt);
  const next = await logIn();
  expect([next.codes(), next.proof.receipts(server.room)[0]?.sealedAs]).toEqual([[], 4]);
  expect((await logIn()).proof.receipts(server.room)[0]?.sealedAs).toBe(4);
});

test("what was found once is not asked for again", async () => {
  const { event, salt } = await asks();
  await server.open(event, salt);
  await logIn();
  server.asked = [];
  await logIn();
  expect(server.asked).not.toContainEqual(expect.stringContaining("openings"));
});

test("a receipt that does not come is missed", async () => {
  const { codes } = await asks(NOW, (told) => ({ ...told, receipt: null }));
  expect(codes()).toEqual(["receipt_missing"]);
});

test("a promise that another page of the same person has started is not missed here", async () => {
  const [there, here] = [logIn(), logIn()];
  await Promise.all([there, here]);
  const { told } = await asks(NOW - 2, undefined, there);
  const later = { ...told, receipt: null, storedAt: new Date(NOW).toISOString() };
  const { proof, person, codes } = await here;
  proof.acknowledged(person, later);
  await proof.round();
  expect(codes()).toEqual([]);
});

test("a receipt that somebody else has signed is none, and is not kept", async () => {
  const forger = Object.assign(new ServerOfTest(), { receiptSeed: new Uint8Array(32).fill(77) });
  const { told } = await forger.acknowledge(NOW);
  const { codes, proof } = await asks(NOW, () => told);
  expect([codes(), proof.receipts(server.room)]).toEqual([["receipt_false"], []]);
});

test("a due time that is not the one that the page shows is no promise", async () => {
  const { told } = await server.acknowledge(NOW, { dueAt: NOW + 200_000_000 });
  const { codes } = await asks(NOW, () => ({ ...told, dueAt: new Date(NOW + 172_800_000).toISOString() }));
  expect(codes()).toEqual(["receipt_false"]);
});

test("another key than the first time is said, and never taken", async () => {
  const { proof, event, salt } = await asks(NOW - HOUR_MS);
  await server.open(event, salt);
  const kept = proof.receipts(server.room)[0]?.file;
  server.receiptSeed = new Uint8Array(32).fill(77);
  const { codes, proof: later } = await asks(NOW);
  expect(codes()).toEqual(["receipt_key_changed", "receipt_key_changed"]);
  expect(later.receipts(server.room).map(({ file }) => file)).toEqual([kept]);
});

test("without a network nothing is said, and everything is done once it is back", async () => {
  const page = logIn();
  await page;
  server.down = true;
  const { proof, codes } = await asks(NOW, undefined, page);
  expect([codes(), proof.receipts(server.room)]).toEqual([[], []]);
  server.down = false;
  await proof.round();
  expect([codes(), proof.receipts(server.room).length]).toEqual([[], 1]);
});

test("a server that keeps silent about its journal does not hold up the next receipt", async () => {
  await asks(NOW - HOUR_MS);
  server.silent = true;
  const { proof, person } = await logIn();
  const { told } = await server.acknowledge(NOW);
  proof.acknowledged(person, told);
  await vi.waitUntil(() => proof.receipts(server.room).length === 2);
});

test("a promise that the journal lacks is missed: never opened, opened otherwise, or never sealed", async () => {
  const { event, salt } = await asks(NOW - 2 * HOUR_MS);
  await server.journal.seal(...filler(3));
  expect((await logIn()).codes()).toEqual(["journal_lacks"]);
  await server.open({ ...event, dueAt: event.dueAt + 1 }, salt);
  expect((await logIn()).codes()).toEqual(["journal_lacks"]);
  server.openings = [];
  await server.open(event, salt, false);
  expect((await logIn()).codes()).toEqual(["journal_lacks"]);
});

test("an opening of another entry does not open this one", async () => {
  const { event, salt } = await asks(NOW - 2 * HOUR_MS);
  await server.open(event, salt);
  server.openings = server.openings.map((one) => ({ ...one, salt: crypto.toBase64url(new Uint8Array(32)) }));
  expect((await logIn()).codes()).toEqual(["journal_lacks"]);
});

test("what was written a minute ago need not be sealed yet", async () => {
  const { event, salt } = await asks(NOW - 60_000);
  await server.open(event, salt, false);
  expect((await logIn()).codes()).toEqual([]);
});

test("a journal that is another one than at the last log-in is noticed, at each one", async () => {
  const { event, salt } = await asks();
  await server.open(event, salt);
  await logIn();
  const forked = new JournalOfTest();
  await forked.seal(...filler(6));
  Object.assign(server, { journal: forked });
  expect((await logIn()).codes()).toEqual(["journal_rewritten"]);
  expect((await logIn()).codes()).toEqual(["journal_rewritten"]);
});

test("whoever has read that a journal is another one is told again only of the next one", async () => {
  const { event, salt } = await asks();
  await server.open(event, salt);
  await logIn();
  const journals = [new JournalOfTest(), new JournalOfTest()];
  for (const [at, journal] of journals.entries()) await journal.seal(...filler(6, 10 * at));
  Object.assign(server, { journal: journals[0] });
  const { proof, codes } = await logIn();
  await proof.acceptJournals();
  expect([codes(), (await logIn()).codes()]).toEqual([[], []]);
  const again = await asks(NOW);
  await server.open(again.event, again.salt);
  expect((await logIn()).codes()).toEqual([]);
  Object.assign(server, { journal: journals[1] });
  expect((await logIn()).codes()).toEqual(["journal_rewritten"]);
});

test("a server that names no keys, or refuses to open what is one's own, is not excused", async () => {
  const answer = server.answer.bind(server);
  server.answer = (path, method, body) =>
    path === "/api/keys" ? Response.json({ receipt_key: "…" }) : answer(path, method, body);
  expect((await asks(NOW)).codes()).toEqual(["receipt_false"]);
  server.answer = answer;
  await asks(NOW - 1);
  server.answer = (path, method, body) =>
    path.endsWith("/openings") ? Response.json({ code: "not_found" }, { status: 404 }) : answer(path, method, body);
  expect((await logIn()).codes()).toEqual(["journal_lacks"]);
});

test("nonsense in place of openings is no excuse", async () => {
  await asks(NOW - 2 * HOUR_MS);
  server.openings = [{ policy: "{", salt: "…" } as unknown as wire.Opening];
  expect((await logIn()).codes()).toEqual(["journal_lacks"]);
});

test("what was promised in a thread is forgotten with it", async () => {
  const { proof } = await asks();
  await proof.threadDeleted(server.room);
  expect((await logIn()).proof.receipts(server.room)).toEqual([]);
});
