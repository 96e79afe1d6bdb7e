import type * as wire from "../../wire.gen.js";
import type { Bytes } from "../../crypto/encoding.js";
import { FileOpener, storedSize } from "../../crypto/files.js";
import { toHex } from "../../crypto/text-forms.js";
import { get } from "../../net/api.js";
import { getBytes } from "../../net/bytes.js";
import { Refused } from "../../net/refused.js";
import type { Fetch, Fetched, Tell } from "./errands.js";
import { giveBack } from "./memory.js";
import { pictureIn, TELLING_BYTES } from "./pictures.js";
import { Reporting } from "./sending.js";

/** Parts on their way while one is opened: the line must not stand still, and memory must not fill. */
const AHEAD = 2;

/** Fetches and opens a file part by part; nothing of it is given out before all of it has been verified (T30-T32). */
export async function fetchFile({ terms, digest }: Fetch, tell: Tell): Promise<Fetched> {
  const awaited = storedSize(terms.size);
  const path = `/api/attachments/${toHex(terms.fileId)}`;
  const progress = new Reporting(tell);
  const told = await progress.patiently(() => get<wire.Upload>(path));
  if (told.size !== awaited) throw new Refused("file_broken");
  const opener = await FileOpener.begin(terms, digest);
  const opened: Blob[] = [];
  const parts = ahead(told.parts, (number) => progress.patiently(() => getBytes(`${path}/parts/${number}`, awaited)));
  for await (const part of parts) {
    const pieces = await opener.push(part);
    // The browser may keep blobs on disk; arrays would all stay in memory.
    opened.push(new Blob(pieces));
    giveBack([part, ...pieces]);
    progress.moved(opened.length / told.parts);
  }
  opened.push(new Blob([await opener.finish()]));
  return seen(new Blob(opened));
}

/** Every part in its order, the next ones asked for already. */
async function* ahead(parts: number, ask: (number: number) => Promise<Bytes>): AsyncGenerator<Bytes> {
  const underWay: Promise<Bytes>[] = [];
  for (let number = 0; number < parts + AHEAD; number += 1) {
    if (number < parts) {
      const asked = ask(number);
      // A refusal is heard by whoever awaits it later.
      asked.catch(() => undefined);
      underWay.push(asked);
    }
    const first = number >= AHEAD ? underWay.shift() : undefined;
    if (first !== undefined) yield first;
  }
}

/** Only what its own bytes show to be a picture gets the type of one; all else is bytes to be saved (T33). */
async function seen(whole: Blob): Promise<Fetched> {
  const picture = pictureIn(new Uint8Array(await whole.slice(0, TELLING_BYTES).arrayBuffer()));
  return { blob: whole.slice(0, whole.size, picture ?? "application/octet-stream"), picture: picture !== null };
}
