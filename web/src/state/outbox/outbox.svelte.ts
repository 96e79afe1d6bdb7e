import { newRequestId } from "../../net/request-id.js";
import type { Entry, Shelf, Writing } from "./writing.js";

/** The browser's locks: one holder of a name at a time, on all pages. */
export interface Locks {
  request(name: string, step: () => Promise<unknown>): Promise<unknown>;
}

/** What this person has written and the server has not acknowledged, in the order in which it was written. */
export class Outbox {
  entries: readonly Entry[] = $state.raw([]);
  #wiped = false;
  readonly #lock: string;

  /** `keeps`: this is the person's own device, so what is written outlives the page. */
  constructor(
    private readonly device: Shelf | null,
    private readonly keeps: boolean,
    private readonly changed: (room: string) => void,
    private readonly locks: Locks = navigator.locks,
  ) {
    this.#lock = `outbox ${device?.owner ?? newRequestId()}`;
  }

  of(room: string): Entry[] {
    return this.entries.filter(({ writing }) => writing.room === room);
  }

  find(uid: string): Entry | undefined {
    return this.entries.find(({ writing }) => writing.uid === uid);
  }

  get rooms(): string[] {
    const all = this.entries.map(({ writing }) => writing.room);
    return all.filter((room, at) => all.indexOf(room) === at);
  }

  /** Shown at once; on the device when this resolves, if that can be. */
  async add(writing: Writing): Promise<void> {
    this.#set({ writing, phase: "sending", code: null, onDevice: false });
    if (this.keeps) await this.#keep(writing);
  }

  /** What another page of this person has left on the device, or has sent meanwhile. */
  async reload(): Promise<void> {
    if (this.device === null) return;
    const before = this.entries.filter(({ onDevice }) => onDevice);
    const kept = await this.device.all();
    for (const writing of kept) {
      if (this.find(writing.uid) === undefined)
        this.#set({ writing, phase: "waiting", code: "offline", onDevice: true });
    }
    for (const { writing } of before) if (!kept.some(({ uid }) => uid === writing.uid)) this.#forget(writing.uid);
  }

  /** As it lies on the device now; null when another page has sent or withdrawn it. */
  async newest(uid: string): Promise<Writing | null> {
    const entry = this.find(uid);
    if (entry === undefined) return null;
    if (!entry.onDevice || this.device === null) return entry.writing;
    const writing = await this.device.get(uid);
    if (writing === null) this.#forget(uid);
    return writing;
  }

  /** Before it is sent: a page that is killed in between must send the same bytes, not the same words. */
  async keepEnvelope(uid: string, envelope: string | null): Promise<void> {
    const entry = this.find(uid);
    if (entry === undefined) return;
    const writing = { ...entry.writing, envelope };
    this.#set({ ...entry, writing });
    if (entry.onDevice) await this.#keep(writing);
  }

  /** Stored, or withdrawn. */
  async drop(uid: string): Promise<void> {
    const onDevice = this.find(uid)?.onDevice === true;
    if (onDevice) await this.device?.drop(uid);
    this.#forget(uid);
  }

  stands(uid: string, phase: Entry["phase"], code: string | null = null): void {
    const entry = this.find(uid);
    if (entry !== undefined) this.#set({ ...entry, phase, code });
  }

  /**
   * One step at a time in a room, of all pages of this person on this device: two would seal the same words twice, and
   * what is being sent cannot be withdrawn.
   */
  alone<Result>(room: string, step: () => Promise<Result>): Promise<Result> {
    return this.locks.request(`${this.#lock} ${room}`, step) as Promise<Result>;
  }

  wipe(): void {
    this.#wiped = true;
    this.device?.wipe();
    this.entries = [];
  }

  async #keep(writing: Writing): Promise<void> {
    const onDevice =
      (await this.device?.keep(writing).then(
        () => true,
        () => false,
      )) ?? false;
    const entry = this.find(writing.uid);
    if (entry !== undefined) this.#set({ ...entry, onDevice });
  }

  #set(entry: Entry): void {
    if (this.#wiped) return;
    const at = this.entries.findIndex(({ writing }) => writing.uid === entry.writing.uid);
    this.entries = at === -1 ? [...this.entries, entry] : this.entries.with(at, entry);
    this.changed(entry.writing.room);
  }

  #forget(uid: string): void {
    const room = this.find(uid)?.writing.room;
    this.entries = this.entries.filter(({ writing }) => writing.uid !== uid);
    if (room !== undefined) this.changed(room);
  }
}
