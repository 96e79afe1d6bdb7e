import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Bytes } from "../crypto/encoding.js";
import type { Shelf, Writing } from "../state/outbox/writing.js";
import { OutboxKey } from "./outbox-key.js";

const NAME = "sprechraum";

interface Row {
  /** Given by the database: the order in which things were written. */
  order?: number;
  owner: string;
  uid: string;
  sealed: Bytes;
}

interface Schema extends DBSchema {
  outbox: { key: number; value: Row; indexes: { owner: string; uid: [string, string] } };
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
        const rows = fresh.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
        rows.createIndex("owner", "owner");
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
    const rows = await this.db.getAllFromIndex("outbox", "owner", this.owner);
    rows.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
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
    const order = await change.store.index("uid").getKey([this.owner, writing.uid]);
    const row: Row = { owner: this.owner, uid: writing.uid, sealed };
    await change.store.put(order === undefined ? row : { ...row, order });
    await change.done;
  }

  async drop(uid: string): Promise<void> {
    const change = this.db.transaction("outbox", "readwrite", { durability: "strict" });
    const order = await change.store.index("uid").getKey([this.owner, uid]);
    if (order !== undefined) await change.store.delete(order);
    await change.done;
  }

  wipe(): void {
    const { owner } = this;
    const change = this.db.transaction("outbox", "readwrite");
    change.done.catch(() => undefined);
    void change.store
      .index("owner")
      .getAllKeys(owner)
      .then((orders) => {
        for (const order of orders) void change.store.delete(order);
        change.commit();
      })
      .catch(() => undefined);
    this.db.close();
  }

  async #opened({ uid, sealed }: Row): Promise<Writing | null> {
    const writing = (await this.key.open(uid, sealed)) as Writing | null;
    return writing?.uid === uid ? writing : null;
  }
}
