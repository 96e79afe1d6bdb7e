import { type Body } from "./bodies.js";
import { equal, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { toHex } from "./text-forms.js";

/** The messages that a reader has accepted: what others may point at, and who wrote where. */
export class KnownMessages {
  readonly #authors = new Map<string, Bytes>();
  readonly #uids = new Set<string>();
  #ofEpoch: { readonly position: number; readonly sender: Bytes }[] = [];

  /** False when the target lies unseen in the past. Raises `target_unknown`, `target_not_yours` (T28). */
  checkTarget(body: Body, sender: Bytes, pastIsUnseen: boolean): boolean {
    if (body.type !== "edit" && body.type !== "delete") return true;
    const author = this.#authors.get(toHex(body.target));
    if (author === undefined && pastIsUnseen) return false;
    if (author === undefined) throw new CryptoRefusal("target_unknown");
    if (!equal(author, sender)) throw new CryptoRefusal("target_not_yours");
    return true;
  }

  /** True when this uid of this sender was there before. Only texts and files can be pointed at. */
  add(id: Bytes, sender: Bytes, uid: Bytes, body: Body): boolean {
    if (body.type === "text" || body.type === "file") this.#authors.set(toHex(id), sender);
    const name = `${toHex(sender)} ${toHex(uid)}`;
    const repeated = this.#uids.has(name);
    this.#uids.add(name);
    return repeated;
  }

  beginEpoch(): void {
    this.#ofEpoch = [];
  }

  /** A message that moved its chain, opened or sealed. */
  place(position: number, sender: Bytes): void {
    this.#ofEpoch.push({ position, sender });
  }

  /** Where `sender` wrote after `position` in the current epoch. */
  after(position: number, sender: Bytes): number[] {
    return this.#ofEpoch
      .filter((one) => one.position > position && equal(one.sender, sender))
      .map((one) => one.position);
  }
}
