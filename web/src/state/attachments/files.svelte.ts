import type * as wire from "../../wire.gen.js";
import { type Bytes } from "../../crypto/encoding.js";
import type { FileTerms } from "../../crypto/files.js";
import { fromHex, toHex } from "../../crypto/text-forms.js";
import { post } from "../../net/api.js";
import { newRequestId } from "../../net/request-id.js";
import { Refused } from "../../net/refused.js";
import type { Body } from "../protocol.js";
import type { ChosenFile, FileView, Refusal, ThreadFiles } from "../types.js";
import { sendOff, type Running } from "./courier.js";
import type { Fetched, Looked, Sent, Tell } from "./errands.js";
import { mediaTypeOf } from "./kinds.js";
import { safeName } from "./names.js";
import { patiently } from "./patience.js";
import { sealedFileOf } from "./sealed-file.js";

/** Times that a file is sealed anew because the room's keys changed before its message was stored. */
const RESEALS = 3;

/** What sending a file needs from the thread around it. */
export interface FileSurroundings {
  readonly room: () => Bytes;
  readonly epoch: () => number;
  readonly body: (terms: FileTerms, digest: Bytes, named: { name: string; mediaType: string; text: string }) => Body;
  /** Posts what `bodyAt` makes of the epoch that holds when the message is sealed. */
  readonly post: (uid: Bytes, bodyAt: (epoch: number) => Body) => Promise<void>;
}

/** The files of one open thread: one that is chosen or on its way out, and any that are fetched. */
export class Files implements ThreadFiles {
  chosen: ChosenFile | null = $state.raw(null);
  #file: File | null = null;
  #looked: Promise<Looked> | null = null;
  #running: Running<unknown> | null = null;
  #uid = "";
  /** Of the last upload that ended: a second try with the same keys need not upload it again. */
  #uploaded: { terms: FileTerms; digest: Bytes } | null = null;

  constructor(private readonly around: FileSurroundings) {}

  choose(file: File): void {
    this.takeBack();
    this.#file = file;
    this.#uid = newRequestId();
    this.#set({
      name: safeName(file.name),
      size: file.size,
      phase: "looking",
      stripped: false,
      share: 0,
      waits: null,
      refusal: null,
      caption: "",
    });
    const looking = sendOff({ kind: "look", file });
    this.#running = looking;
    this.#looked = looking.result;
    this.#looked.then(
      (looked) => this.#change(file, { size: looked.blob.size, stripped: looked.stripped, phase: "chosen" }),
      (reason: unknown) => this.#failed(file, reason),
    );
  }

  takeBack(): void {
    this.#running?.stop();
    this.#running = null;
    const begun = this.#uploaded;
    this.#file = this.#looked = this.#uploaded = null;
    this.chosen = null;
    if (begun !== null) void discard(begun.terms);
  }

  async send(caption: string): Promise<void> {
    const [file, looked] = [this.#file, this.#looked];
    if (file === null || looked === null) return;
    this.#change(file, { caption });
    try {
      const { blob } = await looked;
      this.#change(file, { phase: "sending", refusal: null });
      await this.#sent(file, blob, caption);
      if (this.#file !== file) return;
      // Stored: from here on it belongs to its message.
      this.#uploaded = null;
      this.takeBack();
    } catch (reason) {
      this.#failed(file, reason);
    }
  }

  fetch(view: FileView, tell: Tell): Running<Fetched> {
    const { digest, ...sealed } = sealedFileOf(view);
    return sendOff({ kind: "fetch", terms: { ...sealed, room: this.around.room() }, digest }, tell);
  }

  /** The sealed bytes of a file of one's own; the server removes nobody else's, and none twice. Throws `Refused`. */
  async erase(view: FileView): Promise<void> {
    await post<wire.Discarded>(`/api/attachments/${toHex(sealedFileOf(view).fileId)}/discard`);
  }

  async #sent(file: File, blob: Blob, text: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const { terms, digest } = await this.#upload(file, blob);
      const body = this.around.body(terms, digest, {
        name: safeName(file.name),
        mediaType: mediaTypeOf(blob.type),
        text,
      });
      const bodyAt = (epoch: number): Body => {
        // The epoch is part of the file's context: a message of another one could not open it.
        if (epoch !== terms.epoch) throw new Refused("epoch_over");
        return body;
      };
      try {
        return await patiently(
          () => this.#whileWanted(file, () => this.around.post(fromHex(this.#uid), bodyAt)),
          (waits) => this.#change(file, { waits }),
        );
      } catch (reason) {
        if (!(reason instanceof Refused && reason.code === "epoch_over") || attempt === RESEALS) throw reason;
        this.#uploaded = null;
        void discard(terms);
      }
    }
  }

  async #upload(file: File, blob: Blob): Promise<{ terms: FileTerms; digest: Bytes }> {
    const before = this.#uploaded;
    if (before !== null && before.terms.epoch === this.around.epoch()) return before;
    const draw = (length: number) => crypto.getRandomValues(new Uint8Array(length));
    const [room, epoch] = [this.around.room(), this.around.epoch()];
    const terms = { room, epoch, fileId: draw(16), key: draw(32), size: blob.size };
    const running: Running<Sent> = sendOff({ kind: "send", blob, terms }, (progress) => this.#change(file, progress));
    this.#running = { result: running.result, stop: () => (running.stop(), void discard(terms)) };
    const { digest } = await running.result;
    this.#running = null;
    this.#uploaded = { terms, digest };
    return this.#uploaded;
  }

  #whileWanted<Result>(file: File, step: () => Promise<Result>): Promise<Result> {
    return this.#file === file ? step() : Promise.reject(new Refused("taken_back"));
  }

  #set(chosen: ChosenFile): void {
    this.chosen = chosen;
  }

  /** Whatever comes late for a file that was taken back changes nothing. */
  #change(file: File, change: Partial<ChosenFile>): void {
    if (this.#file === file && this.chosen !== null) this.#set({ ...this.chosen, ...change });
  }

  #failed(file: File, reason: unknown): void {
    this.#running = null;
    const refusal: Refusal = { code: (reason as Partial<Refusal>).code ?? "unexpected" };
    this.#change(file, { phase: "failed", refusal });
  }
}

/** Nobody will name it in a message. If this does not arrive, the server's sweep or the thread's deletion remains. */
const discard = (terms: FileTerms): Promise<unknown> =>
  post(`/api/attachments/${toHex(terms.fileId)}/discard`).catch(() => undefined);
