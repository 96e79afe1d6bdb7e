import { toBase64url, toHex } from "../../crypto/text-forms.js";
import type { Unlocked } from "../unlocked.js";
import { pinnedKeys } from "./server-keys.js";
import type { ReceiptView } from "./types.js";

type ByRoom = ReadonlyMap<string, readonly ReceiptView[]>;

export const nothing: ByRoom = new Map();

/** What a vault keeps, by room, the newest first. */
export function receiptViews(person: Unlocked): ByRoom {
  const all = person.open.receipts().map(({ messageId, receipt: raw, number }) => {
    const receipt = person.protocol.receiptIn(raw);
    const view: ReceiptView = {
      messageId: toHex(messageId),
      receivedAt: new Date(receipt.receivedAt),
      dueAt: new Date(receipt.dueAt),
      sealedAs: number,
      file: fileOf(person, toBase64url(raw)),
    };
    return { room: toHex(receipt.room), view };
  });
  const shown = new Map<string, ReceiptView[]>();
  for (const { room, view } of all.sort((one, other) => Number(other.view.receivedAt) - Number(one.view.receivedAt)))
    shown.set(room, [...(shown.get(room) ?? []), view]);
  return shown;
}

/** The keys are those that this person met first: whoever has better ones takes these. */
function fileOf(person: Unlocked, receipt: string): string {
  const keys = pinnedKeys(person);
  const named = keys === null ? {} : { receipt_key: toBase64url(keys.receipt), journal_key: toBase64url(keys.journal) };
  return `${JSON.stringify({ receipt, ...named }, null, 2)}\n`;
}
