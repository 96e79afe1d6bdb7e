import { equal, fields, split, u64, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { labels } from "./labels.js";
import { hash } from "./symmetric.js";

export type ItemKind = "genesis" | "commit" | "message";

const largest: Readonly<Record<ItemKind, number>> = { genesis: 16 << 10, commit: 256 << 10, message: 68 << 10 };
const kinds = { genesis: labels.genesis, commit: labels.commit, message: labels.message };

/** What kind of item these bytes claim to be. Raises `envelope_too_large`, `envelope_broken`. */
export function itemKind(item: Bytes): ItemKind {
  if (item.length > Math.max(...Object.values(largest))) throw new CryptoRefusal("envelope_too_large");
  const label = envelope(() => split(fields(item, 2)[0])[0]);
  const kind = (Object.keys(kinds) as ItemKind[]).find((one) => label !== undefined && equal(label, kinds[one]));
  if (kind === undefined) throw new CryptoRefusal("envelope_broken");
  if (item.length > largest[kind]) throw new CryptoRefusal("envelope_too_large");
  return kind;
}

/** Raises `envelope_too_large`, or `envelope_broken` for an item of another kind (T34). */
export function checkKind(item: Bytes, kind: ItemKind): void {
  if (itemKind(item) !== kind) throw new CryptoRefusal("envelope_broken");
}

/** Inside an item of a room, what is `malformed` elsewhere is `envelope_broken`. */
export function envelope<T>(read: () => T): T {
  try {
    return read();
  } catch (failure) {
    throw broken(failure);
  }
}

export async function envelopeAsync<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (failure) {
    throw broken(failure);
  }
}

function broken(failure: unknown): unknown {
  return codeOf(failure) === "malformed" ? new CryptoRefusal("envelope_broken") : failure;
}

/** The name of an item in the transcript: a message's covers header and ciphertext, an entry's the whole. */
export async function itemId(item: Bytes): Promise<Bytes> {
  if (itemKind(item) !== "message") return hash(labels.entryId, item);
  return hash(labels.messageId, ...fields(item, 2));
}

/** The transcript goes on over whatever was accepted, even what has no form. */
export async function idOfAnything(item: Bytes): Promise<Bytes> {
  try {
    return await itemId(item);
  } catch (failure) {
    if (codeOf(failure) === null) throw failure;
    return hash(labels.entryId, item);
  }
}

/** The transcript before anything was said. */
export function thStart(room: Bytes): Promise<Bytes> {
  return hash(labels.thStart, room);
}

/** The transcript after the item at this position: whoever names another one has seen another room (T18, T20, T23). */
export function thStep(th: Bytes, position: number, id: Bytes): Promise<Bytes> {
  return hash(labels.thStep, th, u64(position), id);
}
