/** Seals a file of random bytes piece by piece, and opens it again, as the page's own worker does. */
import { FileOpener, FileSealer, type Bytes, type FileTerms } from "../../src/crypto/index.js";

const PIECE = 512 * 1024;
const RANDOM_AT_ONCE = 65_536;

function piece(): Bytes {
  const bytes = new Uint8Array(PIECE);
  for (let at = 0; at < PIECE; at += RANDOM_AT_ONCE) crypto.getRandomValues(bytes.subarray(at, at + RANDOM_AT_ONCE));
  return bytes;
}

async function sealed(terms: FileTerms, content: Bytes): Promise<{ stored: Blob[]; digest: Bytes }> {
  const sealer = await FileSealer.begin(terms);
  const stored: Blob[] = [];
  for (let at = 0; at < terms.size; at += PIECE) {
    stored.push(new Blob(await sealer.push(content.subarray(0, Math.min(PIECE, terms.size - at)))));
  }
  const { rest, digest } = await sealer.finish();
  return { stored: [...stored, new Blob(rest)], digest };
}

async function opened(terms: FileTerms, stored: Bytes[], digest: Bytes): Promise<void> {
  const opener = await FileOpener.begin(terms, digest);
  for (const part of stored) await opener.push(part);
  await opener.finish();
}

addEventListener("message", ({ data: { size, what } }: MessageEvent<{ size: number; what: "seal" | "open" }>) => {
  void (async () => {
    const draw = (length: number) => crypto.getRandomValues(new Uint8Array(length));
    const terms = { room: draw(16), epoch: 1, fileId: draw(16), key: draw(32), size };
    const content = piece();
    let began = performance.now();
    const { stored, digest } = await sealed(terms, content);
    if (what === "open") {
      const parts = await Promise.all(stored.map(async (part) => new Uint8Array(await part.arrayBuffer())));
      began = performance.now();
      await opened(terms, parts, digest);
    }
    postMessage((performance.now() - began) / 1000);
  })();
});
