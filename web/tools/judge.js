/**
 * Reads rooms and single objects, one JSON object a line, and answers with what this client's cryptography says of each,
 * so that another implementation can be compared with it on any input (T35). All bytes are hex.
 *
 *   vite build --ssr src/crypto/index.ts --outDir .judge && node tools/judge.js < questions > answers
 *
 * {"read": {room, room_share, rosters: [{root_fingerprint, roster}], me, duty_seeds, items: [hex]}}
 *     -> {"verdicts": [[kind, reason, marks, th], …]}
 * {"roster": hex, "root_fingerprint": hex}, {"genesis": hex}, {"commit": hex}, {"header": hex},
 * {"statement": hex, "ed_pk": hex}, {"signature": hex, "ed_pk": hex, "data": hex}  -> {"refusal": code or null}
 */
import { createInterface } from "node:readline";

const crypto = await import("../.judge/index.js");
const bytes = crypto.fromHex;

const single = {
  roster: ({ roster, root_fingerprint }) => crypto.readRoster(bytes(roster), bytes(root_fingerprint)),
  genesis: ({ genesis }) => crypto.readGenesis(bytes(genesis)),
  commit: ({ commit }) => crypto.readCommit(bytes(commit)),
  header: ({ header }) => crypto.readHeader(bytes(header)),
  statement: ({ statement, ed_pk }) => crypto.readKemStatement(bytes(statement), bytes(ed_pk)),
  signature: ({ signature, ed_pk, data }) => crypto.verify(bytes(ed_pk), bytes(signature), bytes(data)),
};

async function refusalOf(attempt) {
  try {
    await attempt();
    return null;
  } catch (failure) {
    if (failure instanceof crypto.CryptoRefusal) return failure.code;
    throw failure;
  }
}

const identities = new Map();
const rosters = new Map();

function once(known, key, make) {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
}

function identityOf({ ed_seed, kem_seed, kem_seq }) {
  return once(identities, ed_seed + kem_seed, () => crypto.openIdentity(bytes(ed_seed), bytes(kem_seed), kem_seq));
}

function rosterOf({ root_fingerprint, roster }) {
  return once(rosters, roster, () => crypto.readRoster(bytes(roster), bytes(root_fingerprint)));
}

async function read({ room, room_share, rosters: raw, me, duty_seeds, items }) {
  const duty = duty_seeds.map((one) =>
    crypto.openDutyKey(bytes(one.root_fingerprint), one.generation, bytes(one.seed)),
  );
  const reader = new crypto.Reader(bytes(room), {
    book: new crypto.RosterBook(await Promise.all(raw.map(rosterOf))),
    roomShare: bytes(room_share),
    me: me && (await identityOf(me)),
    dutySeeds: await Promise.all(duty),
  });
  const verdicts = [];
  for (const [index, item] of items.entries()) {
    const { kind, reason, marks } = await reader.push(index + 1, bytes(item));
    verdicts.push([kind, reason, [...marks].sort(), crypto.toHex(reader.th)]);
  }
  return { verdicts };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const kind = Object.keys(single).find((name) => name in question);
  const answer =
    "read" in question ? await read(question.read) : { refusal: await refusalOf(() => single[kind](question)) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
