import { describe, expect, test } from "vitest";

import { Text, writeContent } from "./bodies.js";
import { fields, labelled, lp } from "./encoding.js";
import { takeUp } from "./commit-making.js";
import { openDutyKey } from "./duty.js";
import { makeGenesis } from "./genesis.js";
import { openIdentity, readSigned, type Identity } from "./identity.js";
import { labels } from "./labels.js";
import { Writer } from "./message.js";
import { Reader } from "./reader.js";
import { RosterBook } from "./roster-book.js";
import { readRoster } from "./roster.js";
import { bytes, scripted, vectors } from "./testing/vectors.js";
import { toHex } from "./text-forms.js";
import { type Verdict } from "./verdict.js";

interface Told {
  readonly room: string;
  readonly room_share: string;
  readonly root_fingerprint: string;
  readonly rosters: { root_fingerprint: string; roster: string }[];
  readonly items: { shows: string; item: string }[];
  readonly readings: Reading[];
}

interface Reading {
  readonly name: string;
  readonly me: { ed_seed: string; kem_seed: string; kem_seq: number } | null;
  readonly duty_seeds: { root_fingerprint: string; generation: number; seed: string }[];
  readonly secrets: [number, string][];
  readonly verdicts: Record<string, unknown>[];
  readonly found_secrets: [number, string][];
  readonly waiting: boolean;
  readonly confirmed: number;
  readonly checkpoint: string;
}

const rooms = ["whole_story", "hostile_messages", "hostile_commits", "false_secrets"];

async function bookOf({ rosters }: Told): Promise<RosterBook> {
  const read = rosters.map((one) => readRoster(bytes(one.roster), bytes(one.root_fingerprint)));
  return new RosterBook(await Promise.all(read));
}

async function identityOf(me: Reading["me"]): Promise<Identity | null> {
  return me && openIdentity(bytes(me.ed_seed), bytes(me.kem_seed), me.kem_seq);
}

async function givenOf(told: Told, reading: Reading) {
  const duty = reading.duty_seeds.map((one) =>
    openDutyKey(bytes(one.root_fingerprint), one.generation, bytes(one.seed)),
  );
  return {
    book: await bookOf(told),
    roomShare: bytes(told.room_share),
    me: await identityOf(reading.me),
    dutySeeds: await Promise.all(duty),
    secrets: new Map(reading.secrets.map(([epoch, secret]) => [epoch, bytes(secret)])),
    keyringKey: new Uint8Array(32).fill(9),
  };
}

/** A verdict in the words of the vectors: what is empty or false is left out. */
function plain(verdict: Verdict, reader: Reader): Record<string, unknown> {
  const { kind, id, reason, marks, late, sender, alarm, message, entry } = verdict;
  const found: Record<string, unknown> = { kind, id: id && toHex(id), th: reader.th && toHex(reader.th) };
  if (reason !== null) found["reason"] = reason;
  if (marks.size > 0) found["marks"] = [...marks].sort();
  if (late.length > 0) found["late"] = late;
  if (sender !== null) found["sender"] = toHex(sender);
  if (alarm) found["alarm"] = true;
  if (message !== null) found["message"] = plainMessage(message);
  if (entry !== null) found["log"] = plainLog(reader);
  return found;
}

function plainMessage({ uid, sentAt, body, clock }: NonNullable<Verdict["message"]>) {
  const [type, content] = writeContent(body);
  return { uid: toHex(uid), sent_at: sentAt, type: new TextDecoder().decode(type), content: toHex(content), clock };
}

function plainLog({ log }: Reader) {
  if (log === null) throw new Error("The room has no log.");
  return {
    epoch: log.epoch,
    kc: toHex(log.kc),
    log_prev: toHex(log.logPrev),
    members: [...log.members.values()].map(({ role, fingerprint }) => [role, toHex(fingerprint)]),
    members_hash: toHex(log.membersHash),
    barred: [...log.barred].sort(),
    closed: log.closed,
  };
}

describe.each(rooms)("the room of room_%s.json", (name) => {
  const told = vectors<Told>(`room_${name}`);

  test.each(told.readings)("reads the same to $name", async (reading) => {
    const reader = new Reader(bytes(told.room), await givenOf(told, reading));
    for (const [index, { shows, item }] of told.items.entries()) {
      const found = plain(await reader.push(index + 1, bytes(item)), reader);
      expect({ shows, ...found }).toEqual({ shows, ...reading.verdicts[index] });
    }
    const secrets = [...reader.secrets].map(([epoch, secret]) => [epoch, toHex(secret)]);
    expect(secrets.sort()).toEqual([...reading.found_secrets].sort());
    expect([reader.log?.waiting, reader.confirmed]).toEqual([reading.waiting, reading.confirmed]);
    expect(toHex(reader.makeCheckpoint())).toBe(reading.checkpoint);
  });
});

describe("what is sealed here with the same chance has the bytes that Python sealed", () => {
  const told = vectors<Told>("room_whole_story");
  const item = (position: number) => bytes(told.items[position - 1]?.item ?? "");
  const start = 1_795_472_100_000;
  const minute = 60_000;

  async function opened() {
    const [client, counsellor] = [told.readings[0], told.readings[1]];
    if (client === undefined || counsellor === undefined) throw new Error("There is no reading.");
    const given = await givenOf(told, client);
    const berger = await identityOf(counsellor.me);
    const roster = await firstRoster();
    if (given.me === null || berger === null) throw new Error("There is no identity.");
    return { ...given, me: given.me, berger, roster };
  }

  test("the genesis, but for its wraps, and the first message", async () => {
    const { me, roster, roomShare, book } = await opened();
    const draw = scripted("whole story");
    expect(draw(32)).toEqual(roomShare);
    const made = await makeGenesis(me, roster, roomShare, start, [], draw);
    const parts = (genesis: typeof made.item) => readSigned(genesis, labels.genesis, 3).part.slice(0, 2);
    expect(toHex(made.room)).toBe(told.room);
    expect(parts(made.item)).toEqual(parts(item(1)));

    const reader = new Reader(made.room, { book, roomShare, me });
    await reader.push(1, item(1));
    const writer = new Writer(me, draw(16));
    const body = new Text("Ich weiß nicht, wo ich anfangen soll.");
    const sealed = await writer.seal(reader.place(), body, { clock: "asks", sentAt: start + minute }, draw);
    expect(toHex(sealed.envelope)).toBe(toHex(item(2)));
  });

  test("the commit that takes the enquiry, but for its wraps", async () => {
    const { me, berger, roomShare, room } = { ...(await opened()), room: bytes(told.room) };
    const reader = new Reader(room, { book: new RosterBook([await firstRoster()]), roomShare, me });
    for (const position of [1, 2]) await reader.push(position, item(position));
    if (reader.log === null) throw new Error("The room has no log.");
    const draw = scripted("whole story");
    // room share; salt and secret of the genesis; session, uid and salt of the first message
    [32, 32, 32, 16, 16, 32].forEach((length) => draw(length));
    const { seenPos, seenTh } = reader.place();
    const newest = new RosterBook([await firstRoster()]);
    const at = start + 2 * minute;
    const made = await takeUp(reader.log, berger, newest, roomShare, seenPos, seenTh, at, undefined, draw);
    const parts = (commit: typeof made.item) => readSigned(commit, labels.commit, 13).part.slice(0, 12);
    expect(parts(made.item).map(toHex)).toEqual(parts(item(3)).map(toHex));
  });

  async function firstRoster() {
    return readRoster(bytes(told.rosters[0]?.roster ?? ""), bytes(told.root_fingerprint));
  }

  test("a header names what it was sealed with", () => {
    const [header] = fields(item(2), 2);
    expect(toHex(lp(labels.message, ...labelled(header, labels.message, 12)))).toBe(toHex(header));
  });
});
