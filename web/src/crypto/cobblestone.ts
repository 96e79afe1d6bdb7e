import { concat, empty, equal, sized, utf8, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";

/**
 * Cobblestone-256: C2SP chunked encryption with SHA-512 and AES-256-GCM (c2sp.org/chunked-encryption), chunk by chunk.
 * A stream that was cut, reordered or continued does not open, and no more than what was pushed is ever held (T30).
 */
export const chunkSize = 16_384;
export const saltSize = 24;
const tagSize = 16;
const headerSize = saltSize + 32;
const sealedChunk = chunkSize + tagSize;
const label = utf8("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\u0000");

/** How many bytes a message of that length has once it is sealed. The last chunk is always short, maybe empty. */
export const sealedLength = (length: number): number =>
  headerSize + length + tagSize * (Math.floor(length / chunkSize) + 1);

/** Key, base nonce and commitment of one message, and the number of its next chunk. */
class Chunks {
  #next = 0;

  private constructor(
    private readonly aes: CryptoKey,
    private readonly base: Bytes,
    readonly commitment: Bytes,
  ) {}

  static async derive(key: Bytes, salt: Bytes, context: Bytes): Promise<Chunks> {
    const derived = await expand512(sized(key, 32), concat(label, salt, context));
    const aes = await crypto.subtle.importKey("raw", derived.slice(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
    return new Chunks(aes, derived.slice(32, 44), derived.slice(44, 76));
  }

  async seal(chunk: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: this.#nonce() }, this.aes, chunk));
  }

  async open(sealed: Bytes): Promise<Bytes> {
    const iv = this.#nonce();
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.aes, sealed));
    } catch {
      throw new CryptoRefusal("file_broken");
    }
  }

  /** Counters stay below 2^32 here, so the last four bytes are all that changes. */
  #nonce(): Bytes {
    const nonce = this.base.slice();
    const view = new DataView(nonce.buffer);
    view.setUint32(8, view.getUint32(8) ^ this.#next);
    this.#next += 1;
    return nonce;
  }
}

/** HKDF-Expand-SHA512 (RFC 5869 section 2.3), the first two blocks; WebCrypto's own always runs Extract as well. */
async function expand512(key: Bytes, info: Bytes): Promise<Bytes> {
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
  const block = async (input: Bytes) => new Uint8Array(await crypto.subtle.sign("HMAC", hmac, input));
  const first = await block(concat(info, Uint8Array.of(1)));
  return concat(first, await block(concat(first, info, Uint8Array.of(2))));
}

/** Cuts what has come into pieces of one size and keeps the rest. */
class Cutter {
  #rest = empty;

  constructor(private readonly size: number) {}

  get rest(): Bytes {
    return this.#rest;
  }

  push(bytes: Bytes): Bytes[] {
    // Only the piece that was begun before is put together; copying all of it would double what passes through memory.
    let at = this.#rest.length === 0 ? 0 : Math.min(this.size - this.#rest.length, bytes.length);
    const begun = at === 0 ? this.#rest : concat(this.#rest, bytes.subarray(0, at));
    this.#rest = begun;
    if (begun.length > 0 && begun.length < this.size) return [];
    const whole = begun.length > 0 ? [begun] : [];
    for (; bytes.length - at >= this.size; at += this.size) whole.push(bytes.subarray(at, at + this.size));
    this.#rest = bytes.slice(at);
    return whole;
  }
}

/** Plaintext in, pieces of ciphertext out, push after push. The key must never have been used with this salt before. */
export class ChunkSealer {
  readonly #cutter = new Cutter(chunkSize);

  private constructor(
    private readonly chunks: Chunks,
    readonly header: Bytes,
  ) {}

  static async begin(key: Bytes, context: Bytes, salt: Bytes): Promise<ChunkSealer> {
    const chunks = await Chunks.derive(key, sized(salt, saltSize), context);
    return new ChunkSealer(chunks, concat(salt, chunks.commitment));
  }

  /** The chunks that are full by now, sealed side by side; the header is not among them. */
  push(plaintext: Bytes): Promise<Bytes[]> {
    return Promise.all(this.#cutter.push(plaintext).map((chunk) => this.chunks.seal(chunk)));
  }

  /** The last chunk: short, and thereby the end. */
  finish(): Promise<Bytes> {
    return this.chunks.seal(this.#cutter.rest);
  }
}

/** Ciphertext in, pieces of plaintext out, push after push. What comes out before `finish` may lack its end. */
export class ChunkOpener {
  #front = empty;
  #chunks: Chunks | null = null;
  readonly #cutter = new Cutter(sealedChunk);
  readonly #key: Bytes;

  constructor(
    key: Bytes,
    private readonly context: Bytes,
  ) {
    this.#key = sized(key, 32);
  }

  /** Raises `file_swapped`, `file_broken`. */
  async push(ciphertext: Bytes): Promise<Bytes[]> {
    const chunks = this.#chunks;
    if (chunks !== null) return this.#open(chunks, ciphertext);
    this.#front = concat(this.#front, ciphertext);
    if (this.#front.length < headerSize) return [];
    const begun = await this.#committed(this.#front.slice(0, headerSize));
    this.#chunks = begun;
    return this.#open(begun, this.#front.slice(headerSize));
  }

  /** The plaintext of the last chunk; `file_broken` when there is none: then the message was cut. */
  async finish(): Promise<Bytes> {
    if (this.#chunks === null) throw new CryptoRefusal("file_broken");
    return this.#chunks.open(this.#cutter.rest);
  }

  #open(chunks: Chunks, ciphertext: Bytes): Promise<Bytes[]> {
    return Promise.all(this.#cutter.push(ciphertext).map((chunk) => chunks.open(chunk)));
  }

  /** The keys, once the commitment in front has been seen to be theirs (T31, T32). */
  async #committed(header: Bytes): Promise<Chunks> {
    const chunks = await Chunks.derive(this.#key, header.slice(0, saltSize), this.context);
    if (!equal(chunks.commitment, header.slice(saltSize))) throw new CryptoRefusal("file_swapped");
    return chunks;
  }
}
