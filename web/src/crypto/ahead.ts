import { type Bytes } from "./encoding.js";
import { codeOf } from "./errors.js";
import { openMessage, readHeader, readEnvelope, type Envelope, type Header, type Message } from "./message.js";

/** With what a message of this header would be opened now, or null when that is not known yet. */
export type KeysFor = (header: Header) => { ek: Bytes; edPk: Bytes } | null;

interface Begun {
  readonly ek: Bytes;
  readonly edPk: Bytes;
  readonly opened: Promise<Message>;
}

/** So many at once keep every core busy and hold no more than a page of a room in memory. */
const atOnce = 32;

/**
 * Opens messages before it is their turn, so that the engine works on many at once. What comes of it counts only if it
 * was opened with the very keys that the log then asks for: it changes how long reading takes and nothing that is read.
 */
export class OpenedAhead {
  #coming: Bytes[] = [];
  readonly #begun = new Map<Bytes, Begun>();

  announce(items: readonly Bytes[]): void {
    this.#coming = [...items];
    this.#begun.clear();
  }

  /** Begins what can be begun. An item that is no message, or whose keys are not known, is left to its turn. */
  begin(keysFor: KeysFor): void {
    while (this.#begun.size < atOnce) {
      const item = this.#coming[0];
      if (item === undefined) return;
      const header = headerOf(item);
      const keys = header && keysFor(header);
      // An entry comes first that may bring the keys for it.
      if (header !== null && keys === null && this.#begun.size > 0) return;
      this.#coming.shift();
      if (keys !== null) this.#open(item, keys);
    }
  }

  /** The message, opened already or now. Raises what opening raises. */
  open(item: Bytes, envelope: Envelope, ek: Bytes, edPk: Bytes): Promise<Message> {
    const begun = this.#begun.get(item);
    this.#begun.delete(item);
    return begun?.ek === ek && begun.edPk === edPk ? begun.opened : openMessage(envelope, ek, edPk);
  }

  /** An item whose turn has come and gone. */
  drop(item: Bytes): void {
    this.#begun.delete(item);
    if (this.#coming[0] === item) this.#coming.shift();
  }

  #open(item: Bytes, { ek, edPk }: { ek: Bytes; edPk: Bytes }): void {
    const opened = openMessage(readEnvelope(item), ek, edPk);
    // Its refusal is told when its turn comes.
    opened.catch(() => undefined);
    this.#begun.set(item, { ek, edPk, opened });
  }
}

function headerOf(item: Bytes): Header | null {
  try {
    return readHeader(item);
  } catch (failure) {
    if (codeOf(failure) === null) throw failure;
    return null;
  }
}
