import type * as wire from "../../wire.gen.js";
import { concat, empty, type Bytes } from "../../crypto/encoding.js";
import { FileSealer, storedSize } from "../../crypto/files.js";
import { toHex } from "../../crypto/text-forms.js";
import { post } from "../../net/api.js";
import { putBytes } from "../../net/bytes.js";
import { Refused } from "../../net/refused.js";
import type { Progress, Send, Sent, Tell } from "./errands.js";
import { patiently } from "./patience.js";

const READ_AT_ONCE = 1024 * 1024;

/** Seals a file and uploads it part by part; holds two parts at most. Goes on where the network broke off. */
export async function send({ blob, terms }: Send, tell: Tell): Promise<Sent> {
  const attachment = toHex(terms.fileId);
  const progress = new Reporting(tell);
  const begin = { attachment, size: storedSize(terms.size) };
  const upload = await progress.patiently(() =>
    post<wire.Upload>(`/api/rooms/${toHex(terms.room)}/attachments`, begin),
  );
  const parts = new Parts(upload, progress);
  const sealer = await FileSealer.begin(terms);
  for (let at = 0; at < blob.size; at += READ_AT_ONCE) {
    await parts.push(await sealer.push(await read(blob.slice(at, at + READ_AT_ONCE))));
  }
  const { rest, digest } = await sealer.finish();
  await parts.push(rest);
  await parts.finish();
  await progress.patiently(() => post<wire.Upload>(`/api/attachments/${attachment}/complete`));
  return { digest };
}

async function read(slice: Blob): Promise<Bytes> {
  try {
    return new Uint8Array(await slice.arrayBuffer());
  } catch {
    // Moved, changed or deleted since it was chosen.
    throw new Refused("file_unreadable");
  }
}

/** Cuts what was sealed into the server's parts; while one is on its way the next is sealed. */
class Parts {
  #rest = empty;
  #next = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly upload: wire.Upload,
    private readonly progress: Reporting,
  ) {}

  async push(sealed: Bytes): Promise<void> {
    let all = concat(this.#rest, sealed);
    for (; all.length >= this.upload.part_size; all = all.subarray(this.upload.part_size)) {
      await this.#put(all.slice(0, this.upload.part_size));
    }
    this.#rest = all.slice();
  }

  async finish(): Promise<void> {
    if (this.#rest.length > 0) await this.#put(this.#rest);
    await this.#underWay;
  }

  async #put(part: Bytes): Promise<void> {
    await this.#underWay;
    const number = this.#next;
    this.#next += 1;
    this.#underWay = this.#send(number, part);
    // Heard by whoever awaits it next.
    this.#underWay.catch(() => undefined);
  }

  async #send(number: number, part: Bytes): Promise<void> {
    const path = `/api/attachments/${this.upload.attachment}/parts/${number}`;
    await this.progress.patiently(() => putBytes(path, part));
    this.progress.moved((number + 1) / this.upload.parts);
  }
}

/** How far it is and whether it waits, told as one. */
export class Reporting {
  #now: Progress = { share: 0, waits: null };

  constructor(private readonly tell: Tell) {}

  moved(share: number): void {
    this.#say({ ...this.#now, share });
  }

  patiently<Result>(step: () => Promise<Result>): Promise<Result> {
    return patiently(step, (waits) => this.#say({ ...this.#now, waits }));
  }

  #say(progress: Progress): void {
    this.#now = progress;
    this.tell(progress);
  }
}
