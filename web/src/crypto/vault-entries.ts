import { ascending, compare, empty, equal, fields, lp, readWord, split, word, type Bytes } from "./encoding.js";
import { malformed } from "./errors.js";
import { labels } from "./labels.js";
import { toHex } from "./text-forms.js";

export interface Entry {
  readonly kind: string;
  readonly id: Bytes;
  readonly value: Bytes;
}

/** What a vault holds: values by kind and id. Kinds that this client does not know are kept as they are. */
export class VaultEntries {
  readonly #byKey = new Map<string, Entry>();

  constructor(entries: Iterable<Entry> = []) {
    for (const entry of entries) this.put(entry.kind, entry.id, entry.value);
  }

  put(kind: string, id: Bytes, value: Bytes): void {
    this.#byKey.set(keyOf(kind, id), { kind, id, value });
  }

  get(kind: string, id: Bytes = empty): Bytes | null {
    return this.#byKey.get(keyOf(kind, id))?.value ?? null;
  }

  drop(kind: string, id: Bytes = empty): void {
    this.#byKey.delete(keyOf(kind, id));
  }

  all(kind: string): Entry[] {
    return this.sorted().filter((entry) => entry.kind === kind);
  }

  /** By kind and id, bytewise: two clients with the same entries write the same body. */
  sorted(): Entry[] {
    return [...this.#byKey.values()].sort((one, other) => {
      const byKind = compare(word(one.kind), word(other.kind));
      return byKind !== 0 ? byKind : compare(one.id, other.id);
    });
  }

  copy(): VaultEntries {
    return new VaultEntries(this.#byKey.values());
  }
}

function keyOf(kind: string, id: Bytes): string {
  return `${kind} ${toHex(id)}`;
}

export function writeBody(entries: VaultEntries): Bytes {
  return lp(labels.vaultBody, ...entries.sorted().map(({ kind, id, value }) => lp(word(kind), id, value)));
}

/** Raises `malformed`, for entries out of order or named twice as well. */
export function readBody(body: Bytes): VaultEntries {
  const [label, ...raw] = split(body);
  if (label === undefined || !equal(label, labels.vaultBody)) malformed();
  const entries = raw.map((one) => {
    const [kind, id, value] = fields(one, 3);
    return { kind: readWord(kind), id, value };
  });
  // No word holds a zero byte, so (kind, id) sorts as the bytes of kind, zero, id.
  if (!ascending(entries.map(({ kind, id }) => sortKey(kind, id)))) malformed();
  return new VaultEntries(entries);
}

function sortKey(kind: string, id: Bytes): Bytes {
  const kindBytes = word(kind);
  const key = new Uint8Array(kindBytes.length + 1 + id.length);
  key.set(kindBytes);
  key.set(id, kindBytes.length + 1);
  return key;
}

/** The first `count` fields of a value. Later versions may add fields behind; they stay untouched. */
export function atLeast(value: Bytes | null, count: number): Bytes[] {
  const found = value === null ? [] : split(value);
  if (found.length < count) malformed();
  return found;
}
