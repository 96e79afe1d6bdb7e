import { newRequestId } from "../../net/request-id.js";
import { serverTime } from "../server-time.svelte.js";
import type { Kept } from "../room.js";
import type { Unlocked } from "../unlocked.js";
import { Drafts, type DraftShelf } from "./drafts.js";
import { Outbox } from "./outbox.svelte.js";
import { Sender } from "./sender.js";
import type { Entry, Shelf, Writing } from "./writing.js";

const OPENS_WITHIN_MS = 3_000;

type Post = (person: Unlocked, writing: Writing, kept: Kept) => Promise<void>;

interface Box {
  readonly person: Unlocked;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly drafts: Drafts;
}

/** The outbox of whoever is signed in. */
export class Mailing {
  #box: Box | null = $state.raw(null);

  constructor(
    private readonly post: Post,
    private readonly changed: (room: string) => void,
  ) {
    globalThis.addEventListener?.("online", () => this.#box?.sender.sendAll());
    globalThis.addEventListener?.("pagehide", () => void this.#box?.drafts.keepNow());
  }

  /** What was written and is gone when this page is closed now. */
  get atRisk(): number {
    const unsent = this.#box?.outbox.entries.filter(({ onDevice }) => !onDevice).length ?? 0;
    return unsent + (this.#box?.drafts.atRisk ?? 0);
  }

  of(room: string): Entry[] {
    return this.#box?.outbox.of(room) ?? [];
  }

  /** Goes on with what this person left unsent. `keeps`: it may outlive the page on this device. */
  async signedIn(person: Unlocked, keeps: boolean): Promise<void> {
    if (this.#box?.person !== person) {
      this.#box?.sender.stop();
      const shelf = await shelfOf(person, keeps);
      const outbox = new Outbox(shelf, keeps, this.changed);
      const sender = new Sender(outbox, (writing, kept) => this.post(person, writing, kept));
      this.#box = { person, outbox, sender, drafts: new Drafts(shelf, keeps) };
    }
    await this.round();
  }

  async write(room: string, text: string, clock: Writing["clock"]): Promise<void> {
    const writing = { uid: newRequestId(), room, text, clock, writtenAt: serverTime.now().getTime(), envelope: null };
    await this.#box?.outbox.add(writing);
    this.#box?.sender.send(room);
  }

  /** What was typed in a room and not sent, on this page or on one before it. */
  async draftIn(room: string): Promise<string> {
    return (await this.#box?.drafts.of(room)) ?? "";
  }

  noteDraft(room: string, text: string): void {
    this.#box?.drafts.note(room, text);
  }

  retry(uid: string): void {
    this.#box?.sender.retry(uid);
  }

  async withdraw(uid: string): Promise<string | null> {
    return (await this.#box?.sender.withdraw(uid)) ?? null;
  }

  /** Now and then, and whenever the line is back. */
  async round(): Promise<void> {
    const box = this.#box;
    // A device that does not give its rows now does so in the next round.
    await box?.outbox.reload().catch(() => undefined);
    box?.sender.sendAll();
  }

  /** There is nobody to write to any more. */
  async giveUp(room: string): Promise<void> {
    for (const { writing } of this.of(room)) await this.#box?.outbox.drop(writing.uid);
    this.noteDraft(room, "");
  }

  wipe(): void {
    this.#box?.sender.stop();
    this.#box?.drafts.wipe();
    this.#box?.outbox.wipe();
    this.#box = null;
  }
}

/** Null where nothing may be kept, or the device keeps nothing: then the page says that it must stay open. */
async function shelfOf(person: Unlocked, keeps: boolean): Promise<(Shelf & DraftShelf) | null> {
  const { OutboxShelf } = await import("../../store/outbox-shelf.js");
  const secret = person.open.keyringKey;
  const opened = (keeps ? OutboxShelf.open(secret) : OutboxShelf.openIfThere(secret)).catch(() => null);
  // A database may keep silent, held by a page of another version: nobody waits for it with their log-in.
  return Promise.race([opened, new Promise<null>((resolve) => setTimeout(() => resolve(null), OPENS_WITHIN_MS))]);
}
