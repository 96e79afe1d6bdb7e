import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Bytes } from "../crypto/encoding.js";
import type { Shelf, Writing } from "../state/outbox/writing.js";
import { OutboxKey } from "./outbox-key.js";

const NAME = "sprechraum";

interface Row {
  owner: string;
  /** In which order things were written. */
  order: number;
  uid: string;
  sealed: Bytes;
}

interface Schema extends DBSchema {
  outbox: { key: [owner: string, order: number]; value: Row; indexes: { uid: [owner: string, uid: string] } };
}

/** One person's unsent writings in IndexedDB, sealed. */
export class OutboxShelf implements Shelf {
  private constructor(
    private readonly db: IDBPDatabase<Schema>,
    private readonly key: OutboxKey,
  ) {}

  static async open(secret: Bytes): Promise<OutboxShelf> {
    const db = await openDB<Schema>(NAME, 1, {
      upgrade(fresh) {
        const rows = fresh.createObjectStore("outbox", { keyPath: ["owner", "order"] });
        rows.createIndex("uid", ["owner", "uid"], { unique: true });
      },
      blocking: (_before, _after, event) => (event.target as IDBDatabase).close(),
    });
    return new OutboxShelf(db, await OutboxKey.from(secret));
  }

  /** Null where nothing has ever been kept: a shared computer is left without even an empty database. */
  static async openIfThere(secret: Bytes): Promise<OutboxShelf | null> {
    const known = await indexedDB.databases();
    return known.some(({ name }) => name === NAME) ? OutboxShelf.open(secret) : null;
  }

  get owner(): string {
    return this.key.owner;
  }

  async all(): Promise<Writing[]> {
    const rows = await this.db.getAll("outbox", this.#mine);
    const opened = await Promise.all(rows.map((row) => this.#opened(row)));
    return opened.filter((writing) => writing !== null);
  }

  async get(uid: string): Promise<Writing | null> {
    const row = await this.db.getFromIndex("outbox", "uid", [this.owner, uid]);
    return row === undefined ? null : this.#opened(row);
  }

  /** What the server may be given next has to be on the disk before, also when the machine loses its power. */
  async keep(writing: Writing): Promise<void> {
    const sealed = await this.key.seal(writing.uid, writing);
    const change = this.db.transaction("outbox", "readwrite", { durability: "strict" });
    const known = await change.store.index("uid").getKey([this.owner, writing.uid]);
    const last = await change.store.openKeyCursor(this.#mine, "prev");
    const order = known?.[1] ?? (last?.key[1] ?? 0) + 1;
    await change.store.put({ owner: this.owner, order, uid: writing.uid, sealed });
    await change.done;
  }

  async drop(uid: string): Promise<void> {
    const change = this.db.transaction("outbox", "readwrite", { durability: "strict" });
    const known = await change.store.index("uid").getKey([this.owner, uid]);
    if (known !== undefined) await change.store.delete(known);
    await change.done;
  }

  /** One request, and nothing to wait for before it: whoever leaves in a hurry leaves no time for a second. */
  wipe(): void {
    const change = this.db.transaction("outbox", "readwrite");
    void Promise.allSettled([change.store.delete(this.#mine), change.done]);
    change.commit();
    this.db.close();
  }

  get #mine(): IDBKeyRange {
    return IDBKeyRange.bound([this.owner], [this.owner, []]);
  }

  async #opened({ uid, sealed }: Row): Promise<Writing | null> {
    const writing = (await this.key.open(uid, sealed)) as Writing | null;
    return writing?.uid === uid ? writing : null;
  }
}
