import type * as wire from "../../wire.gen.js";
import { call } from "../../net/api.js";
import { PASSING, Refused } from "../../net/refused.js";
import { fromBase64url } from "../../crypto/text-forms.js";
import { equal } from "../../crypto/encoding.js";
import type { Bytes, Vault } from "../protocol.js";
import type { Unlocked } from "../unlocked.js";

/** What this server's word is checked with. */
export interface ServerKeys {
  readonly receipt: Bytes;
  readonly journal: Bytes;
}

/** Nobody waits for it, but the next round does: a server that keeps silent has not answered. */
const ANSWER_WITHIN_MS = 30_000;

/** It answered, and not with what was asked for: that is no better than a false answer. */
export class Withheld extends Error {}

/** Throws `Refused` for what passes, else `Withheld`. */
export async function asked<Answer>(path: string): Promise<Answer> {
  try {
    return await call<Answer>("GET", path, undefined, ANSWER_WITHIN_MS);
  } catch (reason) {
    throw reason instanceof Refused && PASSING.has(reason.code) ? reason : new Withheld(path);
  }
}

/** Null: what the server calls its keys are none. */
export async function keysNow(): Promise<ServerKeys | null> {
  try {
    const told = await asked<wire.Keys>("/api/keys");
    return { receipt: fromBase64url(told.receipt_key), journal: fromBase64url(told.journal_key) };
  } catch (reason) {
    if (reason instanceof Refused) throw reason;
    return null;
  }
}

/** As they were met first; a server that names others later has not become another one. */
export function pinnedKeys(person: Unlocked): ServerKeys | null {
  const { receiptKey, journalKey } = person.open;
  return receiptKey === null || journalKey === null ? null : { receipt: receiptKey, journal: journalKey };
}

export function pinKeys(vault: Vault, keys: ServerKeys): void {
  if (vault.receiptKey === null) vault.keepReceiptKey(keys.receipt);
  if (vault.journalKey === null) vault.keepJournalKey(keys.journal);
}

export const sameKeys = (one: ServerKeys, other: ServerKeys | null): boolean =>
  other !== null && equal(one.receipt, other.receipt) && equal(one.journal, other.journal);
