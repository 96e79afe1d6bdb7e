import { fromBase64url, toHex } from "../../crypto/text-forms.js";
import type { Bytes, Protocol, Receipt } from "../protocol.js";

/** A message that the server says it has stored. Times as the server writes them; `receipt` in base64url. */
export interface Acknowledged {
  readonly room: string;
  readonly envelope: string;
  readonly storedAt: string;
  readonly dueAt: string | null;
  readonly receipt: string | null;
  /** What the page took for the running promise before the message went out. */
  readonly before: { readonly waitingSince: Date | null; readonly dueAt: Date | null };
}

/** Milliseconds UTC, cut as in what is signed: engines differ in what they do with more digits. */
export const msOf = (instant: string): number => Date.parse(instant.replace(/(\.\d{3})\d+/, "$1"));

/**
 * Whether the message must have started a promise. One that the page knew of before goes on; but not one that began
 * with this very message, whoever told of it meanwhile.
 */
export function startsPromise(protocol: Protocol, { envelope, storedAt, dueAt, before }: Acknowledged): boolean {
  if (protocol.readHeader(fromBase64url(envelope)).clock !== "asks") return false;
  if (before.waitingSince === null || before.dueAt === null || dueAt === null) return true;
  return before.dueAt.getTime() !== msOf(dueAt) || before.waitingSince.getTime() >= msOf(storedAt);
}

/** A receipt under that key, about this message, with the times that the page shows. Throws `receipt_invalid`. */
export async function checkedReceipt(protocol: Protocol, told: Acknowledged, key: Bytes): Promise<Receipt> {
  const receipt = await protocol.readReceipt(fromBase64url(told.receipt ?? ""), key);
  const id = await protocol.itemId(fromBase64url(told.envelope));
  const holds =
    toHex(receipt.room) === told.room &&
    toHex(receipt.messageId) === toHex(id) &&
    receipt.receivedAt === msOf(told.storedAt) &&
    told.dueAt !== null &&
    receipt.dueAt === msOf(told.dueAt) &&
    receipt.dueAt > receipt.receivedAt &&
    keepsItsOwnPolicy(receipt);
  if (!holds) throw new protocol.CryptoRefusal("receipt_invalid");
  return receipt;
}

/** Working hours cannot be counted here: that is for `sprechraum receipt verify`. */
const keepsItsOwnPolicy = ({ policyKind, policySeconds, receivedAt, dueAt }: Receipt): boolean =>
  policyKind !== "calendar" || dueAt === receivedAt + policySeconds * 1000;
