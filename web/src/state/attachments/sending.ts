import type * as wire from "../../wire.gen.js";
import type { Bytes } from "../../crypto/encoding.js";
import { FileSealer, storedSize } from "../../crypto/files.js";
import { toHex } from "../../crypto/text-forms.js";
import { post } from "../../net/api.js";
import { putBytes } from "../../net/bytes.js";
import { Refused } from "../../net/refused.js";
import type { Progress, Send, Sent, Tell } from "./errands.js";
import { giveBack } from "./memory.js";
import { patiently } from "./patience.js";

const READ_AT_ONCE = 512 * 1024;
/** Requests on their way at the same time; the server reads three of one person. */
const AT_ONCE = 2;
const TELL_EVERY_MS = 100;

/** Seals a file and uploads it part by part; holds three parts at most. Goes on where the network broke off. */
export async function send({ blob, terms }: Send, tell: Tell): Promise<Sent> {
  const attachment = toHex(terms.fileId);
  const progress = new Reporting(tell);
  const begin = { attachment, size: storedSize(terms.size) };
  const upload = await progress.patiently(() =>
    post<wire.Upload>(`/api/rooms/${toHex(terms.room)}/attachments`, begin),
  );
  const parts = new Parts(upload, progress);
  const sealer = await FileSealer.begin(terms);
  let next = read(blob, 0);
  for (let at = 0; at < blob.size; at += READ_AT_ONCE) {
    const piece = await next;
    next = read(blob, at + READ_AT_ONCE);
    await parts.push(await sealer.push(piece));
    giveBack([piece]);
  }
  const { rest, digest } = await sealer.finish();
  await parts.push(rest);
  await parts.finish();
  await progress.patiently(() => post<wire.Upload>(`/api/attachments/${attachment}/complete`));
  return { digest };
}

/** One piece, read while the one before it is sealed. Rejects when the file was moved or changed since it was chosen. */
function read(blob: Blob, at: number): Promise<Bytes> {
  const piece = blob.slice(at, at + READ_AT_ONCE).arrayBuffer();
  const bytes = piece.then(
    (buffer) => new Uint8Array(buffer),
    (): never => {
      throw new Refused("file_unreadable");
    },
  );
  // Heard by whoever awaits it, after the piece before it has been sealed.
  bytes.catch(() => undefined);
  return bytes;
}

/** Cuts what was sealed into the server's parts; while some are on their way the next is sealed. */
class Parts {
  /** What the next part has so far. Whatever has gone into a blob is given back, or copies of 25 MB would pile up. */
  #gathered: Bytes[] = [];
  #size = 0;
  #next = 0;
  #arrived = 0;
  readonly #underWay: Promise<void>[] = [];

  constructor(
    private readonly upload: wire.Upload,
    private readonly progress: Reporting,
  ) {}

  async push(sealed: readonly Bytes[]): Promise<void> {
    for (let piece of sealed) {
      for (let fits = this.#left(); piece.length >= fits; fits = this.#left()) {
        const rest = piece.slice(fits);
        this.#gather(piece.subarray(0, fits));
        await this.#handOn();
        piece = rest;
      }
      this.#gather(piece);
    }
  }

  async finish(): Promise<void> {
    if (this.#size > 0) await this.#handOn();
    await Promise.all(this.#underWay);
  }

  #left(): number {
    return this.upload.part_size - this.#size;
  }

  #gather(piece: Bytes): void {
    if (piece.length === 0) return;
    this.#gathered.push(piece);
    this.#size += piece.length;
  }

  async #handOn(): Promise<void> {
    const part = new Blob(this.#gathered);
    giveBack(this.#gathered);
    this.#gathered = [];
    this.#size = 0;
    await this.#put(part);
  }

  async #put(part: Blob): Promise<void> {
    if (this.#underWay.length >= AT_ONCE) await this.#underWay.shift();
    const sent = this.#send(this.#next, part);
    this.#next += 1;
    // A refusal is heard by whoever awaits it later.
    sent.catch(() => undefined);
    this.#underWay.push(sent);
  }

  async #send(number: number, part: Blob): Promise<void> {
    const path = `/api/attachments/${this.upload.attachment}/parts/${number}`;
    await this.progress.patiently(() => putBytes(path, part));
    this.#arrived += 1;
    this.progress.moved(this.#arrived / this.upload.parts);
  }
}

/** How far it is and whether it waits, told as one. */
export class Reporting {
  #now: Progress = { share: 0, waits: null };
  #toldAt = -Infinity;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: Tell) {}

  /** Told so seldom that painting it costs nothing beside the sealing, but never not at all. */
  moved(share: number): void {
    this.#now = { ...this.#now, share };
    if (share === 1 || performance.now() - this.#toldAt >= TELL_EVERY_MS) this.#say(this.#now);
    else this.#later ??= setTimeout(() => this.#say(this.#now), TELL_EVERY_MS);
  }

  patiently<Result>(step: () => Promise<Result>): Promise<Result> {
    return patiently(step, (waits) => this.#say({ ...this.#now, waits }));
  }

  #say(progress: Progress): void {
    this.#now = progress;
    this.#toldAt = performance.now();
    clearTimeout(this.#later);
    this.#later = undefined;
    this.tell(progress);
  }
}
