import type * as wire from "../../wire.gen.js";
import { Refused } from "../../net/refused.js";
import { fromBase64url, fromHex, toHex } from "../../crypto/text-forms.js";
import { equal } from "../../crypto/encoding.js";
import type { Bytes, JournalHead, Receipt } from "../protocol.js";
import type { Unlocked } from "../unlocked.js";
import { msOf } from "./acknowledged.js";
import { asked } from "./server-keys.js";
import { follow, JournalBroken, type Wanted } from "./following.js";
import type { ProofAlarm, ProofAlarmCode } from "./types.js";

/** What happened is sealed within a minute; a server that was down for a while is not accused. */
const SEALED_WITHIN_MS = 60 * 60_000;
/** Of one check: whatever is left comes with the next. */
const MOST_ROOMS = 20;
const MOST_PAGES = 20;

/** A promise of a vault that was not seen in a journal yet. */
interface Unconfirmed {
  readonly messageId: Bytes;
  readonly raw: Bytes;
  readonly receipt: Receipt;
}

interface Looked {
  readonly room: string;
  readonly promise: Unconfirmed;
  readonly wanted: Wanted;
}

/** What a check has found. `confirmed`: with the number of each entry. */
export interface Checked {
  readonly alarms: ProofAlarm[];
  readonly heads: JournalHead[];
  readonly confirmed: { readonly promise: Unconfirmed; readonly number: number }[];
}

/**
 * Whether every promise to this person stands in its agency's journal, and every journal goes on from where it stood.
 * `seen`: heads that this page knows besides those of the vault. Throws `Refused` when nobody answers.
 */
export async function checkJournals(
  person: Unlocked,
  key: Bytes,
  seen: readonly JournalHead[],
  now: Date,
): Promise<Checked> {
  const found: Checked = { alarms: [], heads: [], confirmed: [] };
  const looked = new Map<string, Looked[]>();
  for (const { agency } of person.open.journalHeads()) looked.set(toHex(agency), []);
  for (const [thread, promises] of await unconfirmed(person)) {
    try {
      const opened = await opening(person, thread, promises, now);
      looked.set(thread.agency, [...(looked.get(thread.agency) ?? []), ...opened]);
    } catch (reason) {
      // Whatever was told instead of openings: they are none.
      if (reason instanceof Refused) throw reason;
      found.alarms.push(alarm("journal_lacks", thread.room));
    }
  }
  for (const [agency, all] of looked) await followed(person, key, agency, knownHeads(person, agency, seen), all, found);
  return found;
}

/** By the threads that the server still shows; the oldest promises first. */
async function unconfirmed(person: Unlocked): Promise<Map<wire.Thread, Unconfirmed[]>> {
  const kept = person.open.receipts().filter(({ number }) => number === null);
  if (kept.length === 0) return new Map();
  const { threads } = await asked<wire.Threads>("/api/threads");
  const promises = kept
    .map(({ messageId, receipt }) => ({ messageId, raw: receipt, receipt: person.protocol.receiptIn(receipt) }))
    .sort((one, other) => one.receipt.receivedAt - other.receipt.receivedAt);
  const of = (room: string): Unconfirmed[] => promises.filter(({ receipt }) => toHex(receipt.room) === room);
  const listed = threads.map((thread) => [thread, of(thread.room)] as const);
  return new Map(listed.filter(([, some]) => some.length > 0).slice(0, MOST_ROOMS));
}

/** Where the promises of a thread stand, by what opens their entries. Throws `JournalBroken` where one is denied. */
async function opening(person: Unlocked, thread: wire.Thread, promises: Unconfirmed[], now: Date): Promise<Looked[]> {
  const told = await asked<wire.Openings>(`/api/threads/${thread.room}/openings`);
  if (told.agency !== thread.agency) throw new JournalBroken("lacks", "the openings are of another agency");
  const looked: Looked[] = [];
  for (const promise of promises) {
    const opened = told.openings.find((one) => one.kind === "opened" && says(one, promise.receipt));
    if (opened === undefined) throw new JournalBroken("lacks", "no opening is that of the receipt");
    if (opened.number !== null) {
      const entry = await person.protocol.journalEntry(fromBase64url(opened.salt), eventOf(opened));
      looked.push({ room: thread.room, promise, wanted: { number: opened.number, entry } });
    } else if (now.getTime() - promise.receipt.receivedAt > SEALED_WITHIN_MS)
      throw new JournalBroken("lacks", "it was never sealed");
  }
  return looked;
}

const eventOf = (told: wire.Opening) => ({
  kind: told.kind,
  promise: fromBase64url(told.promise),
  at: msOf(told.at),
  dueAt: msOf(told.due_at),
  policy: told.policy,
  because: told.because,
});

/** The event is the promise of the receipt, and not merely one of the same name. */
function says(told: wire.Opening, receipt: Receipt): boolean {
  const { promise, at, dueAt, policy } = eventOf(told);
  if (!equal(promise, receipt.eventId) || at !== receipt.receivedAt || dueAt !== receipt.dueAt) return false;
  const { kind, seconds, ...details } = JSON.parse(policy) as { kind: string; seconds: number };
  const rest = Object.keys(details).length === 0 ? "" : JSON.stringify(details);
  return kind === receipt.policyKind && seconds === receipt.policySeconds && rest === receipt.policyDetails;
}

/** What the vault knows, and what this page has seen without having been able to keep it. */
function knownHeads(person: Unlocked, agency: string, seen: readonly JournalHead[]): JournalHead[] {
  const kept = person.open.journalHeads().filter((one) => toHex(one.agency) === agency);
  const here = seen.filter((one) => toHex(one.agency) === agency);
  return [...kept.map(({ head }) => person.protocol.journalHeadIn(head)), ...here];
}

async function followed(
  person: Unlocked,
  key: Bytes,
  agency: string,
  known: JournalHead[],
  looked: Looked[],
  found: Checked,
): Promise<void> {
  if (known.length === 0 && looked.length === 0) return;
  const page = (after: number) => asked<wire.Journal>(`/api/agencies/${agency}/journal?after=${after}`);
  try {
    const wanted = looked.map((one) => one.wanted);
    const journal = { agency: fromHex(agency), key, page };
    const now = await follow(person.protocol, journal, known, wanted, MOST_PAGES);
    if (now.head !== null) found.heads.push(now.head);
    for (const { promise, wanted: one } of looked)
      if (now.found.has(one.number)) found.confirmed.push({ promise, number: one.number });
  } catch (reason) {
    if (reason instanceof Refused) throw reason;
    const number = reason instanceof JournalBroken ? reason.number : null;
    const lacking = looked.find(({ wanted }) => wanted.number === number);
    found.alarms.push(
      lacking === undefined ? alarm("journal_rewritten", null, agency) : alarm("journal_lacks", lacking.room),
    );
  }
}

export const alarm = (code: ProofAlarmCode, room: string | null, about?: string): ProofAlarm => ({
  code,
  room,
  position: null,
  ...(about === undefined ? {} : { about }),
});
