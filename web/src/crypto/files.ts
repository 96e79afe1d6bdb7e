import type { IHasher } from "hash-wasm";

import { chance, type Chance } from "./chance.js";
import { ChunkOpener, ChunkSealer, saltSize, sealedLength } from "./cobblestone.js";
import { concat, empty, equal, lp, padme, sized, u64, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { labels } from "./labels.js";

/** Files of a conversation: what is sealed, under which context, and how large. docs/protocol.md section 13. */
export const largestFile = 25 * 2 ** 20;
const suite = 1;
const sizeField = 8;
const zerosAtOnce = 65_536;

/** What both sides must agree on. `epoch` is that of the message which names the file; `size` is the file's own. */
export interface FileTerms {
  readonly room: Bytes;
  readonly epoch: number;
  readonly fileId: Bytes;
  readonly key: Bytes;
  readonly size: number;
}

/** How many bytes a file of that size has as it is stored. Raises `file_too_large`. */
export const storedSize = (size: number): number => sealedLength(padded(size));

function padded(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0) throw new CryptoRefusal("malformed");
  if (size > largestFile) throw new CryptoRefusal("file_too_large");
  return padme(sizeField + size);
}

/** Binds the ciphertext to the message that names it: its room, its epoch, and the file's id (T31). */
export const fileContext = ({ room, epoch, fileId }: Pick<FileTerms, "room" | "epoch" | "fileId">): Bytes =>
  lp(labels.file, u64(suite), sized(room, 16), u64(epoch), sized(fileId, 16));

/** SHA-256 piece by piece; WebCrypto's wants everything at once. Its WebAssembly comes when there is a file. */
async function hasher(): Promise<IHasher> {
  const { createSHA256 } = await import("hash-wasm");
  return (await createSHA256()).init();
}

const digestOf = (hash: IHasher): Bytes => new Uint8Array(hash.digest("binary"));

/** A file's bytes in, what is stored out, in pieces; one push after the other. One key seals one file, once. */
export class FileSealer {
  #left: number;
  #front: Bytes;
  readonly #zeros: number;

  private constructor(
    size: number,
    private readonly chunks: ChunkSealer,
    private readonly hash: IHasher,
  ) {
    this.#left = size;
    this.#front = u64(size);
    this.#zeros = padded(size) - sizeField - size;
  }

  static async begin(terms: FileTerms, draw: Chance = chance): Promise<FileSealer> {
    padded(terms.size);
    const chunks = await ChunkSealer.begin(terms.key, fileContext(terms), draw(saltSize));
    return new FileSealer(terms.size, chunks, await hasher());
  }

  /** More of what is stored; `file_broken` when the file turns out longer than it was said to be. */
  async push(plaintext: Bytes): Promise<Bytes[]> {
    this.#left -= plaintext.length;
    if (this.#left < 0) throw new CryptoRefusal("file_broken");
    return this.#sealed(plaintext);
  }

  /** The rest of what is stored, and the digest of all of it; `file_broken` when the file turned out shorter. */
  async finish(): Promise<{ rest: Bytes[]; digest: Bytes }> {
    if (this.#left !== 0) throw new CryptoRefusal("file_broken");
    const rest = await this.#sealed(empty);
    for (let zeros = this.#zeros; zeros > 0; zeros -= zerosAtOnce) {
      rest.push(...(await this.#sealed(new Uint8Array(Math.min(zeros, zerosAtOnce)))));
    }
    const last = await this.chunks.finish();
    this.hash.update(last);
    return { rest: [...rest, last], digest: digestOf(this.hash) };
  }

  async #sealed(plaintext: Bytes): Promise<Bytes[]> {
    const out: Bytes[] = [];
    if (this.#front.length > 0) {
      out.push(this.chunks.header, ...(await this.chunks.push(this.#front)));
      this.#front = empty;
    }
    out.push(...(await this.chunks.push(plaintext)));
    for (const piece of out) this.hash.update(piece);
    return out;
  }
}

/**
 * What is stored in, a file's bytes out, in pieces; one push after the other. They are the file only once `finish` has
 * returned.
 */
export class FileOpener {
  #awaited: number;
  #front = empty;
  #sized = false;
  #left: number;
  readonly #chunks: ChunkOpener;

  private constructor(
    private readonly terms: FileTerms,
    private readonly digest: Bytes,
    private readonly hash: IHasher,
  ) {
    this.#awaited = storedSize(terms.size);
    this.#left = terms.size;
    this.#chunks = new ChunkOpener(terms.key, fileContext(terms));
  }

  static async begin(terms: FileTerms, digest: Bytes): Promise<FileOpener> {
    return new FileOpener(terms, sized(digest, 32), await hasher());
  }

  /** More of the file. Raises `file_swapped`, `file_broken`; nothing after a refusal is worth anything. */
  async push(sealed: Bytes): Promise<Bytes[]> {
    this.#awaited -= sealed.length;
    if (this.#awaited < 0) throw new CryptoRefusal("file_broken");
    this.hash.update(sealed);
    return (await this.#chunks.push(sealed)).map((piece) => this.#unpadded(piece));
  }

  /** The last of the file; `file_broken` unless everything has been there, in its order, unchanged. */
  async finish(): Promise<Bytes> {
    if (this.#awaited !== 0) throw new CryptoRefusal("file_broken");
    const last = this.#unpadded(await this.#chunks.finish());
    if (this.#left !== 0 || !equal(digestOf(this.hash), this.digest)) throw new CryptoRefusal("file_broken");
    return last;
  }

  #unpadded(plaintext: Bytes): Bytes {
    let bytes = plaintext;
    if (!this.#sized) {
      this.#front = concat(this.#front, plaintext);
      if (this.#front.length < sizeField) return empty;
      // What the message says is signed; what the file says must be the same.
      if (!equal(this.#front.slice(0, sizeField), u64(this.terms.size))) throw new CryptoRefusal("file_broken");
      bytes = this.#front.slice(sizeField);
      this.#front = empty;
      this.#sized = true;
    }
    const mine = bytes.subarray(0, this.#left);
    if (bytes.subarray(this.#left).some((byte) => byte !== 0)) throw new CryptoRefusal("file_broken");
    this.#left -= mine.length;
    return mine;
  }
}
