import { fromHex } from "../crypto/text-forms.js";
import { checkedText, refusal } from "./message-text.js";
import type { Body, Bytes } from "./protocol.js";
import type { Clock, Room } from "./room.js";
import type { FileView, ItemView } from "./types.js";

interface Around {
  room(): Room;
  items(): ItemView[];
  say(body: Body, clock: Clock, contests?: number): Promise<void>;
  eraseFile(file: FileView): Promise<void>;
}

/** What is said about a message that stands in the room, named by the key of its view. Each throws `target_unknown`. */
export class Remarks {
  constructor(private readonly around: Around) {}

  async edit(key: string, text: string): Promise<void> {
    const checked = checkedText(text);
    await this.#about(key, (id) => new this.#protocol.Edit(id, checked), "none");
  }

  /** First the file that a message names, then the message: bytes that nobody could find any more would stay for ever. */
  async remove(key: string): Promise<void> {
    const target = this.#find(key);
    if (target?.kind === "message" && target.mine && target.file !== undefined)
      await this.around.eraseFile(target.file);
    await this.#about(key, (id) => new this.#protocol.Delete(id), "none");
  }

  /** The server sees of which answer it is said, so that the promise that it kept counts as contested. */
  contest(key: string): Promise<void> {
    const position = this.#find(key)?.position ?? undefined;
    return this.#about(key, (id) => new this.#protocol.Contest(id), "asks", position);
  }

  get #protocol() {
    return this.around.room().protocol;
  }

  #find(key: string): ItemView | undefined {
    return this.around.items().find((item) => item.key === key);
  }

  async #about(key: string, make: (id: Bytes) => Body, clock: Clock, contests?: number): Promise<void> {
    const target = this.#find(key);
    const id = target !== undefined && "id" in target ? target.id : null;
    if (id === null || id === undefined) throw refusal("target_unknown");
    await this.around.say(make(fromHex(id)), clock, contests);
  }
}
