import { lp, readU64, sized, u64, utf8, word, type Bytes } from "./encoding.js";
import { readSigned } from "./identity.js";
import { hash } from "./symmetric.js";
import { verify } from "./signing.js";

/** Commitments to what happened to promises, their chain, and its signed heads: docs/guarantee.md, "The journal". */
const entryLabel = utf8("sprechraum/1 journal entry");
const startLabel = utf8("sprechraum/1 journal start");
const linkLabel = utf8("sprechraum/1 journal link");
const headLabel = utf8("sprechraum/1 journal head");

/** What an entry commits to. Times in milliseconds UTC; `policy` is the snapshot; `because` is empty but for an end. */
export interface JournalEvent {
  readonly kind: string;
  readonly promise: Bytes;
  readonly at: number;
  readonly dueAt: number;
  readonly policy: string;
  readonly because: string;
}

/** How far a journal went at a time (milliseconds UTC), by the server's word. */
export interface JournalHead {
  readonly agency: Bytes;
  readonly number: number;
  readonly link: Bytes;
  readonly sealedAt: number;
  readonly raw: Bytes;
}

export function journalEntry(salt: Bytes, { kind, promise, at, dueAt, policy, because }: JournalEvent): Promise<Bytes> {
  return hash(entryLabel, salt, lp(word(kind), promise, u64(at), u64(dueAt), utf8(policy), utf8(because)));
}

/** The link before the first entry. */
export const journalStart = (agency: Bytes): Promise<Bytes> => hash(startLabel, agency);

/** The link of the entry with that number, counted from 1. */
export const journalLink = (before: Bytes, number: number, entry: Bytes): Promise<Bytes> =>
  hash(linkLabel, before, u64(number), entry);

/** What a head claims; whether this server said so, only `verifyJournalHead` knows. Raises `malformed`. */
export function journalHeadIn(raw: Bytes): JournalHead {
  const [agency, number, link, sealedAt] = readSigned(raw, headLabel, 4).part;
  return {
    agency: sized(agency, 16),
    number: readU64(number),
    link: sized(link, 32),
    sealedAt: readU64(sealedAt),
    raw,
  };
}

/** Raises `signature_invalid`. */
export async function verifyJournalHead({ raw }: JournalHead, publicKey: Bytes): Promise<void> {
  const { body, signature } = readSigned(raw, headLabel, 4);
  await verify(publicKey, signature, body);
}
