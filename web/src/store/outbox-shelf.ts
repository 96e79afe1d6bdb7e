import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Bytes } from "../crypto/encoding.js";
import type { DraftShelf } from "../state/outbox/drafts.js";
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

interface DraftRow {
  owner: string;
  name: string;
  sealed: Bytes;
}

/** What is sealed in a row. */
interface Draft {
  room: string;
  draft: string;
}

interface Schema extends DBSchema {
  drafts: { key: [owner: string, name: string]; value: DraftRow };
  outbox: { key: [owner: string, order: number]; value: Row; indexes: { uid: [owner: string, uid: string] } };
}

/** One person's unsent writings and drafts in IndexedDB, sealed. */
export class OutboxShelf implements Shelf, DraftShelf {
  private constructor(
    private readonly db: IDBPDatabase<Schema>,
    private readonly key: OutboxKey,
  ) {}

  static async open(secret: Bytes): Promise<OutboxShelf> {
    const db = await openDB<Schema>(NAME, 2, {
      upgrade(db, before) {
        if (before < 1) {
          const rows = db.createObjectStore("outbox", { keyPath: ["owner", "order"] });
          rows.createIndex("uid", ["owner", "uid"], { unique: true });
        }
        db.createObjectStore("drafts", { keyPath: ["owner", "name"] });
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

  async draftIn(room: string): Promise<string> {
    const name = await this.key.draftName(room);
    const row = await this.db.get("drafts", [this.owner, name]);
    const draft = row === undefined ? null : ((await this.key.open(name, row.sealed)) as Draft | null);
    return draft?.room === room ? draft.draft : "";
  }

  async keepDraft(room: string, draft: string): Promise<void> {
    const name = await this.key.draftName(room);
    if (draft === "") return this.db.delete("drafts", [this.owner, name]);
    const sealed = await this.key.seal(name, { room, draft } satisfies Draft);
    await this.db.put("drafts", { owner: this.owner, name, sealed });
  }

  /** At once, and nothing to wait for before it: whoever leaves in a hurry leaves no time for a second. */
  wipe(): void {
    const change = this.db.transaction(["outbox", "drafts"], "readwrite");
    const gone = (["outbox", "drafts"] as const).map((store) => change.objectStore(store).delete(this.#mine));
    void Promise.allSettled([...gone, change.done]);
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
