import type * as wire from "../../wire.gen.js";
import { call } from "../../net/api.js";
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

export const asked = <Answer>(path: string): Promise<Answer> => call<Answer>("GET", path, undefined, ANSWER_WITHIN_MS);

export async function keysNow(): Promise<ServerKeys> {
  const told = await asked<wire.Keys>("/api/keys");
  return { receipt: fromBase64url(told.receipt_key), journal: fromBase64url(told.journal_key) };
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

export const sameKeys = (one: ServerKeys, other: ServerKeys): boolean =>
  equal(one.receipt, other.receipt) && equal(one.journal, other.journal);
