import { codeOf } from "../commits.js";
import { PASSING } from "../../net/refused.js";
import type { Kept } from "../room.js";
import type { Outbox } from "./outbox.svelte.js";
import type { Writing } from "./writing.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 20_000;

/** How long to wait after so many attempts: longer each time, and for each page differently. `chance` from 0 to 1. */
export const pauseAfter = (attempts: number, chance: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS) * (0.5 + chance / 2);

/** Brings what lies in the outbox to the server: in each room in order, one at a time, until it is acknowledged. */
export class Sender {
  readonly #running = new Set<string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #attempts = new Map<string, number>();
  #stopped = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly post: (writing: Writing, kept: Kept) => Promise<void>,
  ) {}

  /** Everything that waits, at once. */
  sendAll(): void {
    for (const room of this.outbox.rooms) this.send(room);
  }

  send(room: string): void {
    clearTimeout(this.#timers.get(room));
    this.#timers.delete(room);
    if (this.#stopped || this.#running.has(room)) return;
    this.#running.add(room);
    void this.#sendInOrder(room);
  }

  /** The person wants it sent, whatever was said before. */
  retry(uid: string): void {
    const entry = this.outbox.find(uid);
    if (entry === undefined) return;
    this.outbox.stands(uid, "sending");
    this.send(entry.writing.room);
  }

  /** Never goes out from here again. Gives the text; null when it has been sent by then. */
  async withdraw(uid: string): Promise<string | null> {
    const entry = this.outbox.find(uid);
    if (entry === undefined) return null;
    return this.outbox.alone(entry.writing.room, async () => {
      const writing = await this.outbox.newest(uid);
      if (writing === null) return null;
      await this.outbox.drop(uid);
      return writing.text;
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #sendInOrder(room: string): Promise<void> {
    for (;;) {
      const next = this.outbox.of(room).find(({ phase }) => phase !== "not_sent");
      if (next === undefined || this.#stopped) return void this.#running.delete(room);
      const { uid } = next.writing;
      const failed = await this.outbox.alone(room, () => this.#sendOne(uid)).catch((reason: unknown) => reason ?? {});
      if (this.#stopped) return;
      if (failed === null) this.#attempts.delete(room);
      else if (PASSING.has(codeOf(failed))) return this.#wait(room, codeOf(failed));
      else this.outbox.stands(uid, "not_sent", codeOf(failed) || "unexpected");
    }
  }

  async #sendOne(uid: string): Promise<null> {
    const writing = await this.outbox.newest(uid);
    if (writing === null) return null;
    this.outbox.stands(uid, "sending");
    const keep = (envelope: string | null) => this.outbox.keepEnvelope(uid, envelope);
    await this.post(writing, { envelope: writing.envelope, keep });
    await this.outbox.drop(uid);
    return null;
  }

  /** Whoever has to log in first is not helped by trying. */
  #wait(room: string, code: string): void {
    this.#running.delete(room);
    for (const { writing, phase } of this.outbox.of(room))
      if (phase !== "not_sent") this.outbox.stands(writing.uid, "waiting", code);
    if (code === "session_expired") return;
    const attempts = this.#attempts.get(room) ?? 0;
    this.#attempts.set(room, attempts + 1);
    const timer = setTimeout(() => this.send(room), pauseAfter(attempts, Math.random()));
    this.#timers.set(room, timer);
  }
}
