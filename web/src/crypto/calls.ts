import { chance, type Chance } from "./chance.js";
import { equal, fields, labelled, lp, readU64, readWord, sized, u64, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { type Identity } from "./identity.js";
import { envelope } from "./items.js";
import { labels } from "./labels.js";
import { openPadded, sealSigned, type Place, type Purpose } from "./message.js";
import { verify } from "./signing.js";
import { toHex } from "./text-forms.js";

const version = 1;
const largestSignal = 24 * 1024;
/** Voices that a reader remembers: a person has one in each call. Whoever has been silent longest is forgotten. */
const remembered = 256;
const forCalls: Purpose = { key: labels.call, signature: labels.callSignature };

/** Where a signal belongs: the room's current epoch. */
export type CallPlace = Pick<Place, "room" | "epoch" | "kc" | "ek">;

/** A signal whose signature holds. `sentAt` is the sender's clock, milliseconds UTC. */
export interface CallSignal {
  readonly sender: Bytes;
  readonly callId: Bytes;
  readonly counter: number;
  readonly type: string;
  readonly sentAt: number;
  readonly content: Bytes;
}

/** One page's voice in one call. Signals are sealed one after the other, so that each has a counter of its own. */
export class CallWriter {
  #counter = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly identity: Identity,
    private readonly callId: Bytes,
    private readonly draw: Chance = chance,
  ) {}

  /** Raises `envelope_too_large`; the counter does not move then. */
  seal(place: CallPlace, type: string, content: Bytes, sentAt: number): Promise<Bytes> {
    const sealed = this.#turn.then(() => this.#sealNext(place, type, content, sentAt));
    this.#turn = sealed.catch(() => undefined);
    return sealed;
  }

  async #sealNext({ room, epoch, kc, ek }: CallPlace, type: string, content: Bytes, sentAt: number): Promise<Bytes> {
    const where = [u64(version), room, u64(epoch), kc] as const;
    const voice = [this.identity.fingerprint, sized(this.callId, 16), u64(this.#counter)] as const;
    const raw = lp(labels.callSignal, ...where, ...voice, this.draw(32));
    const body = lp(utf8(type), u64(sentAt), content);
    const signal = lp(raw, await sealSigned(forCalls, raw, ek, this.identity, body));
    if (signal.length > largestSignal) throw new CryptoRefusal("envelope_too_large");
    this.#counter += 1;
    return signal;
  }
}

/** One page's ear in one room: each signal counts once, in its order; what was lost on the way is let go. */
export class CallReader {
  readonly #next = new Map<string, number>();
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * `keyOf`: the signing key of a member of the epoch. Refuses what is too large, broken, of another version, room,
   * epoch or key; `sender_not_member`, `replayed` (T24), `does_not_decrypt`, `padding_invalid`, `signature_invalid`
   * (T25, T36). What is refused moves nothing.
   */
  open(place: CallPlace, keyOf: (fingerprint: Bytes) => Bytes | undefined, signal: Bytes): Promise<CallSignal> {
    const opened = this.#turn.then(() => this.#openNext(place, keyOf, signal));
    this.#turn = opened.catch(() => undefined);
    return opened;
  }

  async #openNext(place: CallPlace, keyOf: (fingerprint: Bytes) => Bytes | undefined, signal: Bytes) {
    const { raw, ciphertext, sender, callId, counter } = read(place, signal);
    const edPk = keyOf(sender);
    if (edPk === undefined) throw new CryptoRefusal("sender_not_member");
    const voice = toHex(sender) + toHex(callId);
    if (counter < (this.#next.get(voice) ?? 0)) throw new CryptoRefusal("replayed");
    const { signature, body } = await openPadded(forCalls, raw, ciphertext, place.ek);
    const said = envelope(() => {
      const [type, sentAt, content] = fields(body, 3);
      return { type: readWord(type), sentAt: readU64(sentAt), content };
    });
    await verify(edPk, signature, lp(labels.callSignature, raw, body));
    this.#remember(voice, counter);
    return { sender, callId, counter, ...said };
  }

  #remember(voice: string, counter: number): void {
    this.#next.delete(voice);
    this.#next.set(voice, counter + 1);
    const [oldest] = this.#next.keys();
    if (this.#next.size > remembered && oldest !== undefined) this.#next.delete(oldest);
  }
}

function read(place: CallPlace, signal: Bytes) {
  if (signal.length > largestSignal) throw new CryptoRefusal("envelope_too_large");
  const [raw, ciphertext] = envelope(() => fields(signal, 2));
  const header = envelope(() => parseHeader(raw));
  if (header.version !== version) throw new CryptoRefusal("version_unknown");
  if (!equal(header.room, place.room)) throw new CryptoRefusal("wrong_room");
  if (header.epoch !== place.epoch)
    throw new CryptoRefusal(header.epoch < place.epoch ? "epoch_over" : "epoch_unknown");
  if (!equal(header.kc, place.kc)) throw new CryptoRefusal("commitment_failed");
  return { raw, ciphertext, ...header };
}

function parseHeader(raw: Bytes) {
  const part = labelled(raw, labels.callSignal, 8);
  const header = {
    version: readU64(part[0]),
    room: sized(part[1], 16),
    epoch: readU64(part[2]),
    kc: sized(part[3], 32),
    sender: sized(part[4], 32),
    callId: sized(part[5], 16),
    counter: readU64(part[6]),
  };
  sized(part[7], 32);
  return header;
}
