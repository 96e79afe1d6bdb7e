import { readContent, writeContent, type Body, type Clock } from "./bodies.js";
import { chance, type Chance } from "./chance.js";
import {
  concat,
  equal,
  fields,
  labelled,
  lp,
  padme,
  readU64,
  readWord,
  sized,
  u32,
  u64,
  utf8,
  zero32,
  type Bytes,
} from "./encoding.js";
import { CryptoRefusal, malformed } from "./errors.js";
import { type Identity } from "./identity.js";
import { checkKind, envelope } from "./items.js";
import { labels } from "./labels.js";
import { sign, verify } from "./signing.js";
import { decryptOnce, encryptOnce, expand, hash } from "./symmetric.js";

const version = 1;
const signatureLength = 64;
const overhead = signatureLength + 4;
const leastPadded = 256;
const mostPadded = 65536;
/** What a signed and padded body is for: the labels of its key and of its signature (T34). */
export interface Purpose {
  readonly key: Bytes;
  readonly signature: Bytes;
}

const forMessages: Purpose = { key: labels.msg, signature: labels.messageSignature };
const clocks: readonly Clock[] = ["none", "asks", "answers", "needs_no_answer"];

/** What the server reads of a message. Everything in it is signed and bound to the ciphertext. */
export interface Header {
  readonly raw: Bytes;
  readonly version: number;
  readonly clock: Clock;
  readonly room: Bytes;
  readonly epoch: number;
  readonly kc: Bytes;
  /** Fingerprint. */
  readonly sender: Bytes;
  readonly session: Bytes;
  readonly counter: number;
  readonly prevId: Bytes;
  readonly seenPos: number;
  readonly seenTh: Bytes;
  readonly salt: Bytes;
}

export interface Envelope {
  readonly header: Header;
  readonly ciphertext: Bytes;
}

/** A message as its author signed it. `sentAt` is the author's clock, milliseconds UTC. */
export interface Message {
  readonly uid: Bytes;
  readonly sentAt: number;
  readonly body: Body;
  readonly clock: Clock;
  readonly sender: Bytes;
  /** Part of the context under which the message's file is sealed. */
  readonly epoch: number;
  readonly session: Bytes;
  readonly counter: number;
}

/** Where a writer stands: the current epoch and what has been read so far. */
export interface Place {
  readonly room: Bytes;
  readonly epoch: number;
  readonly kc: Bytes;
  readonly ek: Bytes;
  readonly seenPos: number;
  readonly seenTh: Bytes;
}

export interface Sealed {
  readonly envelope: Bytes;
  readonly id: Bytes;
  readonly uid: Bytes;
}

/** Cheap, without secrets. Raises `envelope_too_large`, `envelope_broken`, `version_unknown`. */
export function readEnvelope(item: Bytes): Envelope {
  checkKind(item, "message");
  const [raw, ciphertext] = envelope(() => fields(item, 2));
  const header = envelope(() => parseHeader(raw));
  if (header.version !== version) throw new CryptoRefusal("version_unknown");
  return { header, ciphertext };
}

export function readHeader(item: Bytes): Header {
  return readEnvelope(item).header;
}

function parseHeader(raw: Bytes): Header {
  const part = labelled(raw, labels.message, 12);
  const header: Header = {
    raw,
    version: readU64(part[0]),
    clock: readClock(part[1]),
    room: sized(part[2], 16),
    epoch: readU64(part[3]),
    kc: sized(part[4], 32),
    sender: sized(part[5], 32),
    session: sized(part[6], 16),
    counter: readU64(part[7]),
    prevId: sized(part[8], 32),
    seenPos: readU64(part[9]),
    seenTh: sized(part[10], 32),
    salt: sized(part[11], 32),
  };
  if ((header.counter === 0) !== equal(header.prevId, zero32)) malformed();
  return header;
}

function readClock(field: Bytes): Clock {
  const named = readWord(field);
  return clocks.find((clock) => clock === named) ?? malformed();
}

/** A client asks and may say that no answer is needed; only helpers answer. Else `clock_not_allowed` (T47). */
export function checkClock(clock: Clock, role: string): void {
  const allowed: readonly Clock[] = role === "client" ? ["none", "asks", "needs_no_answer"] : ["none", "answers"];
  if (!allowed.includes(clock)) throw new CryptoRefusal("clock_not_allowed");
}

/**
 * Opens a message of the sender with `edPk`. Raises `does_not_decrypt`, `padding_invalid`, `envelope_broken`,
 * `signature_invalid` (T25), and what the content gives.
 */
export async function openMessage({ header, ciphertext }: Envelope, ek: Bytes, edPk: Bytes): Promise<Message> {
  const { signature, body } = await openPadded(forMessages, header.raw, ciphertext, ek);
  const [uid, type, time, content] = envelope(() => fields(body, 4));
  envelope(() => sized(uid, 16));
  const sentAt = envelope(() => readU64(time));
  await verify(edPk, signature, lp(labels.messageSignature, header.raw, body));
  const { clock, sender, epoch, session, counter } = header;
  const said = envelope(() => readContent(readWord(type), content));
  return { uid, sentAt, body: said, clock, sender, epoch, session, counter };
}

/** One page load in one room. Each message names the one before it, so messages are sealed one after the other. */
export class Writer {
  #counter = 0;
  #prevId: Bytes = zero32;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly identity: Identity,
    readonly session: Bytes = chance(16),
  ) {}

  /** `sentAt` in milliseconds UTC. Refused by the server: a new Writer, the same `uid`. */
  seal(
    place: Place,
    body: Body,
    given: { clock?: Clock; sentAt: number; uid?: Bytes },
    draw: Chance = chance,
  ): Promise<Sealed> {
    const sealed = this.#turn.then(() => this.#sealNext(place, body, given, draw));
    this.#turn = sealed.catch(() => undefined);
    return sealed;
  }

  async #sealNext(
    place: Place,
    body: Body,
    given: { clock?: Clock; sentAt: number; uid?: Bytes },
    draw: Chance,
  ): Promise<Sealed> {
    const [type, content] = writeContent(body);
    const uid = given.uid ?? draw(16);
    const raw = this.#header(place, given.clock ?? "none", draw(32));
    const inner = lp(sized(uid, 16), type, u64(given.sentAt), content);
    const ciphertext = await sealSigned(forMessages, raw, place.ek, this.identity, inner);
    const id = await hash(labels.messageId, raw, ciphertext);
    this.#counter += 1;
    this.#prevId = id;
    return { envelope: lp(raw, ciphertext), id, uid };
  }

  #header({ room, epoch, kc, seenPos, seenTh }: Place, clock: Clock, salt: Bytes): Bytes {
    const chain = [this.identity.fingerprint, this.session, u64(this.#counter), this.#prevId] as const;
    const where = [u64(version), utf8(clock), room, u64(epoch), kc] as const;
    return lp(labels.message, ...where, ...chain, u64(seenPos), seenTh, salt);
  }
}

/** The body signed and padded inside; `raw` holds a fresh salt (T27). Raises `padding_invalid`. */
export async function sealSigned(
  purpose: Purpose,
  raw: Bytes,
  ek: Bytes,
  identity: Identity,
  body: Bytes,
): Promise<Bytes> {
  const signature = await sign(identity.edSeed, lp(purpose.signature, raw, body));
  return encryptOnce(await expand(ek, purpose.key, raw), pad(signature, body), raw);
}

/** The signature and the body, which nobody has verified yet. Raises `does_not_decrypt`, `padding_invalid`. */
export async function openPadded(purpose: Purpose, raw: Bytes, ciphertext: Bytes, ek: Bytes): Promise<Signed> {
  const key = await expand(ek, purpose.key, raw);
  return unpad(await decryptOnce(key, ciphertext, raw));
}

interface Signed {
  readonly signature: Bytes;
  readonly body: Bytes;
}

function pad(signature: Bytes, body: Bytes): Bytes {
  const length = paddedLength(body.length);
  if (length > mostPadded) throw new CryptoRefusal("padding_invalid");
  const filled = concat(signature, u32(body.length), body);
  const whole = new Uint8Array(length);
  whole.set(filled);
  return whole;
}

/** Exactly the padding that the length asks for, all zeros, else `padding_invalid` (T29). */
function unpad(padded: Bytes): Signed {
  if (padded.length < leastPadded || padded.length > mostPadded) throw new CryptoRefusal("padding_invalid");
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(signatureLength);
  const fits = length <= padded.length - overhead && padded.length === paddedLength(length);
  if (!fits || padded.subarray(overhead + length).some((byte) => byte !== 0))
    throw new CryptoRefusal("padding_invalid");
  return { signature: padded.slice(0, signatureLength), body: padded.slice(overhead, overhead + length) };
}

function paddedLength(bodyLength: number): number {
  return Math.max(leastPadded, padme(overhead + bodyLength));
}
