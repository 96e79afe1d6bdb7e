const LATER_MS = 400;

/** Where drafts outlive the page. Every method may fail. */
export interface DraftShelf {
  /** Empty where there is none. */
  draftIn(room: string): Promise<string>;
  /** In place of the one before; an empty one goes. On the disk when this resolves. */
  keepDraft(room: string, text: string): Promise<void>;
}

/** What is typed in each thread and not sent yet: the page has it at once, one's own device a moment later. */
export class Drafts {
  readonly #typed = new Map<string, string>();
  readonly #onDevice = new Map<string, string>();
  readonly #later = new Map<string, ReturnType<typeof setTimeout>>();
  #turn: Promise<unknown> = Promise.resolve();
  #wiped = false;

  /** `keeps`: this is the person's own device. Elsewhere a draft that lies there is read, and goes with the first change. */
  constructor(
    private readonly device: DraftShelf | null,
    private readonly keeps: boolean,
  ) {}

  async of(room: string): Promise<string> {
    if (!this.#typed.has(room)) {
      const found = (await this.device?.draftIn(room).catch(() => "")) ?? "";
      // Somebody may have begun to type meanwhile.
      if (!this.#typed.has(room)) {
        this.#typed.set(room, found);
        this.#onDevice.set(room, found);
      }
    }
    return this.#typed.get(room) ?? "";
  }

  /** What stands in the field now. */
  note(room: string, text: string): void {
    if (this.#wiped || this.#typed.get(room) === text) return;
    this.#typed.set(room, text);
    if (this.device !== null && !this.#later.has(room))
      this.#later.set(
        room,
        setTimeout(() => void this.#keep(room), LATER_MS),
      );
  }

  /** How many of them are gone when this page is closed now. */
  get atRisk(): number {
    return [...this.#typed].filter(([room, text]) => text.trim() !== "" && this.#onDevice.get(room) !== text).length;
  }

  /** What has not been kept yet, at once: the page may be gone soon. */
  async keepNow(): Promise<void> {
    await Promise.all([...this.#later.keys()].map((room) => this.#keep(room)));
  }

  /** Those on the device go with its shelf. */
  wipe(): void {
    this.#wiped = true;
    for (const timer of this.#later.values()) clearTimeout(timer);
    for (const drafts of [this.#later, this.#typed, this.#onDevice]) drafts.clear();
  }

  /** One after the other, or an older text could be the last to arrive. */
  #keep(room: string): Promise<unknown> {
    clearTimeout(this.#later.get(room));
    this.#later.delete(room);
    return (this.#turn = this.#turn.then(() => this.#keepNewest(room)).catch(() => undefined));
  }

  async #keepNewest(room: string): Promise<void> {
    if (this.#wiped) return;
    const text = this.keeps ? (this.#typed.get(room) ?? "") : "";
    if (this.#onDevice.get(room) === text) return;
    await this.device?.keepDraft(room, text);
    if (!this.#wiped) this.#onDevice.set(room, text);
  }
}
