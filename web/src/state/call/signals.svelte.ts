import type { CallReader, CallWriter } from "../../crypto/index.js";
import { fromBase64url, toBase64url, toHex } from "../../crypto/text-forms.js";
import { codeOf } from "../commits.js";
import type { Bytes } from "../protocol.js";
import type { Room } from "../room.js";
import type { ThreadCalls } from "../thread-types.js";
import type { Surroundings } from "../surroundings.js";
import type { Call } from "./call.svelte.js";

/** A signal from another page in the room: somebody else's, or one's own. */
export interface Heard {
  readonly mine: boolean;
  readonly sender: string;
  readonly callId: string;
  readonly type: string;
  readonly content: Bytes;
}

/** One page's voice in one call. */
export interface Voice {
  readonly callId: string;
  say(type: string, content?: Bytes): Promise<void>;
}

/** Its epoch is not the one that the room has come to: read on, and look once more. */
const OF_ANOTHER_EPOCH = new Set(["epoch_over", "epoch_unknown", "commitment_failed"]);

/** What is said around a call in one room: sealed, signed, heard once, and kept nowhere. */
export class CallSignals implements ThreadCalls {
  /** Somebody else is in the call, or was when they last said so. */
  somebodyWaits = $state(false);
  onHeard: ((heard: Heard) => void) | null = null;
  /** A signal came that nobody in this room has made like that (T36). */
  onForged: (() => void) | null = null;
  #reader: CallReader | null = null;

  constructor(
    private readonly room: () => Room,
    private readonly around: Pick<Surroundings, "person" | "mine" | "signal">,
  ) {}

  get #id(): string {
    return toHex(this.room().reader.place().room);
  }

  /** Raises `room_blocked` while an alarm stands. */
  async begin(): Promise<Call> {
    this.room().permit();
    const { Call } = await import("./call.svelte.js");
    return new Call(this.#id, toHex(this.around.person.identity.fingerprint), this);
  }

  /** The order of what is said by one voice is kept. */
  voice(): Voice {
    const { protocol, identity } = this.around.person;
    const callId = crypto.getRandomValues(new Uint8Array(16));
    const writer = new protocol.CallWriter(identity, callId);
    let turn: Promise<unknown> = Promise.resolve();
    const say = (type: string, content: Bytes = new Uint8Array()): Promise<void> => {
      const said = turn.then(() => this.#say(writer, type, content));
      turn = said.catch(() => undefined);
      return said;
    };
    return { callId: toHex(callId), say };
  }

  async #say(writer: CallWriter, type: string, content: Bytes): Promise<void> {
    const seal = () => writer.seal(this.room().reader.place(), type, content, Date.now());
    try {
      await this.around.signal(this.#id, toBase64url(await seal()));
    } catch (reason) {
      if (!OF_ANOTHER_EPOCH.has(codeOf(reason))) throw reason;
      await this.room().sync();
      await this.around.signal(this.#id, toBase64url(await seal()));
    }
  }

  /** What the server has passed on. What was lost or came twice is nothing; what was changed is said. */
  async hear(signal: string): Promise<void> {
    try {
      this.#take(await this.#opened(fromBase64url(signal)));
    } catch (reason) {
      const code = codeOf(reason);
      if (code !== "replayed" && !OF_ANOTHER_EPOCH.has(code)) this.onForged?.();
    }
  }

  async #opened(signal: Bytes) {
    this.#reader ??= new this.around.person.protocol.CallReader();
    const reader = this.#reader;
    const open = () => {
      const room = this.room().reader;
      return reader.open(
        room.place(),
        (one) =>
          room.members.find(({ fingerprint, userId }) => userId !== null && toHex(fingerprint) === toHex(one))?.edPk,
        signal,
      );
    };
    try {
      return await open();
    } catch (reason) {
      if (codeOf(reason) !== "epoch_unknown") throw reason;
      await this.room().sync();
      return open();
    }
  }

  #take({ sender, callId, type, content }: { sender: Bytes; callId: Bytes; type: string; content: Bytes }): void {
    const from = toHex(sender);
    const heard = { mine: this.around.mine.has(from), sender: from, callId: toHex(callId), type, content };
    if (!heard.mine) this.somebodyWaits = type !== "bye";
    this.onHeard?.(heard);
  }
}
