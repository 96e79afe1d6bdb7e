import { type Body } from "./bodies.js";
import { equal, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { toHex } from "./text-forms.js";

/** The messages that a reader has accepted: what edits may point at, and who wrote where. */
export class KnownMessages {
  readonly #senders = new Map<string, Bytes>();
  readonly #uids = new Set<string>();
  readonly #places: { readonly position: number; readonly sender: Bytes }[] = [];

  /** Raises `target_unknown`, `target_not_yours` (T28). */
  checkTarget(body: Body, sender: Bytes): void {
    if (body.type !== "edit" && body.type !== "delete") return;
    const author = this.#senders.get(toHex(body.target));
    if (author === undefined) throw new CryptoRefusal("target_unknown");
    if (!equal(author, sender)) throw new CryptoRefusal("target_not_yours");
  }

  /** True when this uid of this sender was there before. */
  add(id: Bytes, sender: Bytes, uid: Bytes): boolean {
    this.#senders.set(toHex(id), sender);
    const name = `${toHex(sender)} ${toHex(uid)}`;
    const repeated = this.#uids.has(name);
    this.#uids.add(name);
    return repeated;
  }

  place(position: number, sender: Bytes): void {
    this.#places.push({ position, sender });
  }

  /** Where `sender` wrote after `position`. */
  after(position: number, sender: Bytes): number[] {
    return this.#places
      .filter((one) => one.position > position && equal(one.sender, sender))
      .map((one) => one.position);
  }
}
