import { refusalIn } from "./api.js";
import type { Bytes } from "../crypto/encoding.js";
import { Refused } from "./refused.js";

const usual = {
  credentials: "same-origin",
  cache: "no-store",
  redirect: "error",
  referrerPolicy: "no-referrer",
} as const satisfies RequestInit;

/** Sends bytes as they are: of a blob, which leaves the page's own memory. Throws `Refused`; `offline` unanswered. */
export async function putBytes(path: string, body: Blob): Promise<void> {
  const headers = { "content-type": "application/octet-stream" };
  const response = await answered(fetch(path, { ...usual, method: "PUT", headers, body }));
  if (!response.ok) throw refusalIn(await response.json().catch(() => null));
}

/** Fetches bytes as they are, but no more than `most`. Throws `Refused`; `offline` when they did not all come. */
export async function getBytes(path: string, most: number): Promise<Bytes> {
  const response = await answered(fetch(path, usual));
  if (!response.ok) throw refusalIn(await response.json().catch(() => null));
  if (Number(response.headers.get("content-length") ?? 0) > most) throw new Refused("file_broken");
  const buffer: ArrayBuffer = await answered(response.arrayBuffer());
  const bytes = new Uint8Array(buffer);
  if (bytes.length > most) throw new Refused("file_broken");
  return bytes;
}

const answered = <Answer>(asked: Promise<Answer>): Promise<Answer> =>
  asked.catch((): never => {
    throw new Refused("offline");
  });
