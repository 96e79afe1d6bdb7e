/**
 * Answers what this client's cryptography says of an input, one JSON object a line in and out, so that another
 * implementation can be compared with it on anything (T35). All bytes are hex.
 *
 *   npm run --silent judge < questions > answers
 *
 * Another build of it is named as the argument.
 *
 * A question is {kind: {…}}; `answers` below has every kind. Most are answered with {refusal: code or null, value}.
 * What is no refusal of the protocol comes back as {crash}: it must not happen.
 */
import { createInterface } from "node:readline";

const crypto = await import(process.argv[2] ?? "../.judge/judged.js");
const { fromHex: bytes, toHex } = crypto;
const rememberedAtMost = 64;

/** Remembers what is expensive and comes again. Bounded: mutated objects never come again. */
function remembering(make) {
  const known = new Map();
  return (given) => {
    const key = JSON.stringify(given);
    if (!known.has(key)) {
      if (known.size >= rememberedAtMost) known.delete(known.keys().next().value);
      known.set(key, make(given));
    }
    return known.get(key);
  };
}

const identityOf = remembering(({ ed_seed, kem_seed, kem_seq }) =>
  crypto.openIdentity(bytes(ed_seed), bytes(kem_seed), kem_seq),
);
const rosterOf = remembering(({ root_fingerprint, roster }) =>
  crypto.readRoster(bytes(roster), bytes(root_fingerprint)),
);
const dutyOf = remembering(({ root_fingerprint, generation, seed }) =>
  crypto.openDutyKey(bytes(root_fingerprint), generation, bytes(seed)),
);

async function outcome(attempt) {
  try {
    return { refusal: null, value: (await attempt()) ?? null };
  } catch (failure) {
    const refusal = crypto.codeOf(failure);
    if (refusal === null) throw failure;
    return { refusal, value: null };
  }
}

async function nothing(promise) {
  await promise;
  return null;
}

function writeOf({ version, vk_generation, blob, password_slot, recovery_slot, signature }) {
  const slots = { passwordSlot: bytes(password_slot), recoverySlot: bytes(recovery_slot) };
  return { version, vkGeneration: vk_generation, blob: bytes(blob), ...slots, signature: bytes(signature) };
}

/** Whether it opens, by either way, and what lies in it; whether the server would take it. */
async function vault({ write: raw, user_id, ed_pk, wrap, recovery_seed, user_share, known_version }) {
  const [write, owner, share] = [writeOf(raw), bytes(user_id), bytes(user_share)];
  const body = (opened) => toHex(crypto.writeBody(opened.entries));
  return {
    password: await outcome(async () => body(await crypto.openVault(write, owner, bytes(wrap), share, known_version))),
    recovery: await outcome(async () =>
      body(await crypto.openVaultByRecovery(write, owner, bytes(recovery_seed), share, known_version)),
    ),
    signature: await outcome(() => nothing(crypto.verifyVaultWrite(bytes(ed_pk), owner, write))),
  };
}

async function file({ terms: raw, digest, stored, pieces }) {
  const { epoch, size } = raw;
  const terms = { room: bytes(raw.room), epoch, fileId: bytes(raw.file_id), key: bytes(raw.key), size };
  const opener = await crypto.FileOpener.begin(terms, bytes(digest));
  const [sealed, parts] = [bytes(stored), []];
  for (let at = 0; at < sealed.length; at += pieces) parts.push(...(await opener.push(sealed.slice(at, at + pieces))));
  return [...parts, await opener.finish()].map(toHex).join("");
}

function messageOf(message) {
  if (message === null) return null;
  const { uid, sentAt, body, clock, session, counter } = message;
  return [toHex(uid), sentAt, ...crypto.writeContent(body).map(toHex), clock, toHex(session), counter];
}

async function readerFor({ room, room_share, rosters, me, duty_seeds, secrets, resume }) {
  const given = {
    book: new crypto.RosterBook(await Promise.all(rosters.map(rosterOf))),
    roomShare: bytes(room_share),
    me: me && (await identityOf(me)),
    dutySeeds: await Promise.all(duty_seeds.map(dutyOf)),
    secrets: new Map(secrets.map(([epoch, secret]) => [epoch, bytes(secret)])),
  };
  if (!resume) return new crypto.Reader(bytes(room), given);
  const [checkpoint, genesis, entry] = [bytes(resume.checkpoint), bytes(resume.genesis), resume.entry];
  return crypto.Reader.resume(checkpoint, genesis, entry === null ? null : bytes(entry), given);
}

/** The verdict on every item and the transcript after it, and how the room stands in the end. */
async function read(question) {
  const reader = await readerFor(question);
  const verdicts = [];
  const first = reader.position + 1;
  const items = question.items.map(bytes);
  // Opening ahead must not change anything that is read.
  if (!question.resume) reader.announce(items);
  for (const [index, item] of items.entries()) {
    const found = await reader.push(first + index, item);
    const { kind, reason, marks, alarm, late, wants, message } = found;
    const named = wants && [toHex(wants.root), wants.number, toHex(wants.hash)];
    verdicts.push([kind, reason, [...marks].sort(), alarm, toHex(reader.th), [...late], named, messageOf(message)]);
  }
  const checkpoint = await outcome(() => toHex(reader.makeCheckpoint()));
  const kept = [...reader.secrets].sort(([one], [other]) => one - other);
  return {
    verdicts,
    confirmed: reader.confirmed,
    checkpoint,
    secrets: kept.map(([epoch, one]) => [epoch, toHex(one)]),
  };
}

const answers = {
  roster: ({ roster, root_fingerprint }) =>
    outcome(async () => toHex((await crypto.readRoster(bytes(roster), bytes(root_fingerprint))).hash)),
  genesis: ({ genesis }) => outcome(async () => toHex((await crypto.readGenesis(bytes(genesis))).id)),
  commit: ({ commit }) => outcome(async () => toHex((await crypto.readCommit(bytes(commit))).id)),
  header: ({ header }) => outcome(async () => crypto.readHeader(bytes(header)).counter),
  statement: ({ statement, ed_pk }) =>
    outcome(async () => (await crypto.readKemStatement(bytes(statement), bytes(ed_pk))).seq),
  signature: ({ signature, ed_pk, data }) =>
    outcome(() => nothing(crypto.verify(bytes(ed_pk), bytes(signature), bytes(data)))),
  receipt: ({ receipt, receipt_pk }) =>
    outcome(async () => (await crypto.readReceipt(bytes(receipt), bytes(receipt_pk))).policyDetails),
  deletion: ({ deletion, receipt_pk }) =>
    outcome(async () => (await crypto.readDeletion(bytes(deletion), bytes(receipt_pk))).finalAt),
  checkpoint: ({ checkpoint }) => outcome(async () => crypto.readCheckpoint(bytes(checkpoint)).position),
  duty_seed: ({ sealed, holder, root_fingerprint }) =>
    outcome(async () => {
      const opened = await crypto.openDutySeed(bytes(sealed), await identityOf(holder), bytes(root_fingerprint));
      return opened.generation;
    }),
  code: ({ typed }) =>
    outcome(async () => {
      const { seed, auth } = await crypto.recoveryKeys(typed);
      return toHex(seed) + toHex(auth);
    }),
  safety: ({ one, other }) => outcome(() => crypto.safetyNumber(bytes(one), bytes(other))),
  merge: ({ stored, mine }) =>
    outcome(async () => {
      const [theirs, ours] = [crypto.readBody(bytes(stored)), crypto.readBody(bytes(mine))];
      return toHex(crypto.writeBody(crypto.mergeEntries(ours, theirs)));
    }),
  keyring: ({ keyring_key, user_id, room, epoch, kc, sealed }) =>
    outcome(async () => {
      const place = [bytes(user_id), bytes(room), epoch, bytes(kc)];
      const secret = await crypto.openEpochKey(bytes(keyring_key), ...place, bytes(sealed));
      return secret && toHex(secret);
    }),
  file: (question) => outcome(() => file(question)),
  vault,
  read: (question) => outcome(() => read(question)),
  memory: () => {
    globalThis.gc?.();
    return { value: process.memoryUsage().heapUsed };
  },
};

async function answer(line) {
  try {
    const [[kind, question]] = Object.entries(JSON.parse(line));
    return await answers[kind](question);
  } catch (failure) {
    return { crash: String(failure?.stack ?? failure) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
