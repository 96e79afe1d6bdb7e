import { empty, lp, readU64, sized, u64, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { atLeast, type VaultEntries } from "./vault-entries.js";

/** The server's word about a promise; `number`: where it was seen in the journal. */
export interface KeptReceipt {
  readonly messageId: Bytes;
  readonly receipt: Bytes;
  readonly number: number | null;
}

/** What a vault keeps of the server's own word: its keys as they were met first, receipts, and heads of journals. */
export class VaultProofs {
  constructor(public entries: VaultEntries) {}

  /** `number`: of its entry in the agency's journal, once that was seen there. */
  keepReceipt(messageId: Bytes, receipt: Bytes, number?: number): void {
    this.put("receipt", messageId, receipt, ...(number === undefined ? [] : [u64(number)]));
  }

  receipt(messageId: Bytes): Bytes | null {
    return this.fields("receipt", messageId, 1)?.[0] ?? null;
  }

  receipts(): KeptReceipt[] {
    return this.entries.all("receipt").map(({ id, value }) => {
      const [receipt, number] = atLeast(value, 1);
      return { messageId: id, receipt: receipt ?? malformed(), number: number === undefined ? null : readU64(number) };
    });
  }

  dropReceipt(messageId: Bytes): void {
    this.entries.drop("receipt", messageId);
  }

  keepReceiptKey(publicKey: Bytes): void {
    this.put("receipt_key", empty, publicKey);
  }

  get receiptKey(): Bytes | null {
    return this.fields("receipt_key", empty, 1)?.[0] ?? null;
  }

  /** The newest head seen of an agency's journal: what comes later must go on from there. */
  keepJournalHead(agency: Bytes, head: Bytes): void {
    this.put("journal_head", sized(agency, 16), head);
  }

  journalHeads(): { agency: Bytes; head: Bytes }[] {
    return this.entries.all("journal_head").map(({ id, value }) => ({
      agency: id,
      head: atLeast(value, 1)[0] ?? malformed(),
    }));
  }

  dropJournalHead(agency: Bytes): void {
    this.entries.drop("journal_head", agency);
  }

  keepJournalKey(publicKey: Bytes): void {
    this.put("journal_key", empty, publicKey);
  }

  get journalKey(): Bytes | null {
    return this.fields("journal_key", empty, 1)?.[0] ?? null;
  }

  protected fields(kind: string, id: Bytes, count: number): Bytes[] | null {
    const value = this.entries.get(kind, id);
    return value === null ? null : atLeast(value, count);
  }

  protected put(kind: string, id: Bytes, ...known: Bytes[]): void {
    const before = this.entries.get(kind, id);
    const later = before === null ? [] : atLeast(before, 0).slice(known.length);
    this.entries.put(kind, id, lp(...known, ...later));
  }
}
