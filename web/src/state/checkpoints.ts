import { fromHex, toHex } from "../crypto/text-forms.js";
import type { Bytes, Reader } from "./protocol.js";
import type { Unlocked } from "./unlocked.js";

const KEPT_AFTER_MS = 15_000;

/**
 * How far each room has been read, kept in the vault: a server that shows less of it later, or something else, is found out
 * (T7, T18, T20). Written in bundles: the vault is written as a whole.
 */
export class Checkpoints {
  readonly #moved = new Map<string, { person: Unlocked; reader: Reader }>();
  readonly #distrusted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    globalThis.addEventListener?.("pagehide", () => void this.#keep());
  }

  /** What this room shows now contradicts itself or what was seen before: it must not take the place of what is kept. */
  distrust(reader: Reader): void {
    this.#distrusted.add(toHex(reader.room));
    this.#moved.delete(toHex(reader.room));
  }

  /** What was read last waits for a decision: until then the checkpoint stays where it is. */
  hold(reader: Reader): void {
    this.#moved.delete(toHex(reader.room));
  }

  moved(person: Unlocked, reader: Reader): void {
    const room = toHex(reader.room);
    if (this.#distrusted.has(room)) return;
    this.#moved.set(room, { person, reader });
    this.#timer ??= setTimeout(() => void this.#keep(), KEPT_AFTER_MS);
  }

  keepSoon(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), 0);
  }

  /** The server shows fewer items than this person has read before. */
  isCutShort(person: Unlocked, room: string, reader: Reader): boolean {
    return reader.position < knownPosition(person, fromHex(room));
  }

  /** One that cannot be written now is written with the next: the checkpoint only has to rise. */
  async #keep(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const moved = [...this.#moved.values()];
    this.#moved.clear();
    for (const person of new Set(moved.map((one) => one.person))) {
      const rooms = moved.filter((one) => one.person === person && isAhead(person, one.reader));
      if (rooms.length === 0) continue;
      await person
        .save((vault) => {
          for (const { reader } of rooms) vault.keepCheckpoint(reader.room, reader.makeCheckpoint());
        })
        .catch(() => undefined);
    }
  }
}

const isAhead = (person: Unlocked, reader: Reader): boolean =>
  reader.log !== null && reader.position > knownPosition(person, reader.room);

/** How far this person has read a room, by the vault. */
export function knownPosition(person: Unlocked, room: Bytes): number {
  const kept = person.open.checkpoint(room);
  return kept === null ? 0 : person.protocol.readCheckpoint(kept).position;
}
