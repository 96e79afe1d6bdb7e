import { expect, test } from "vitest";

import { concat, empty, type Bytes } from "./encoding.js";
import { FileOpener, FileSealer, storedSize, type FileTerms } from "./files.js";
import { bytes, refusalOf, vectors } from "./testing/vectors.js";
import { toHex } from "./text-forms.js";

interface Written extends Record<"name" | "room" | "file_id" | "key" | "salt" | "bytes" | "digest", string> {
  epoch: number;
  size: number;
  stored: string | null;
}

interface Refused {
  name: string;
  of: string;
  pieces?: ([number, number] | string)[];
  terms?: Partial<Record<"room" | "file_id" | "key", string> & Record<"epoch" | "size", number>>;
  digest: string;
  refusal: string;
}

const found = vectors<{ stored_sizes: [number, number][]; files: Written[]; refusals: Refused[] }>("files");

const termsIn = (one: Written, changed: Refused["terms"] = {}): FileTerms => {
  const all = { ...one, ...changed };
  return {
    room: bytes(all.room),
    epoch: all.epoch,
    fileId: bytes(all.file_id),
    key: bytes(all.key),
    size: all.size,
  };
};

async function sealed(one: Written, piece: number): Promise<{ stored: Bytes; digest: Bytes }> {
  const content = bytes(one.bytes);
  const sealer = await FileSealer.begin(termsIn(one), () => bytes(one.salt));
  const parts: Bytes[] = [];
  for (let at = 0; at < content.length; at += piece) parts.push(...(await sealer.push(content.slice(at, at + piece))));
  const { rest, digest } = await sealer.finish();
  return { stored: concat(...parts, ...rest), digest };
}

async function opened(terms: FileTerms, digest: Bytes, stored: Bytes, piece = stored.length || 1): Promise<Bytes> {
  const opener = await FileOpener.begin(terms, digest);
  const parts: Bytes[] = [];
  for (let at = 0; at < stored.length; at += piece) parts.push(...(await opener.push(stored.slice(at, at + piece))));
  return concat(...parts, await opener.finish());
}

test("a file becomes the bytes that Python wrote, and comes back, in whatever pieces", async () => {
  for (const one of found.files) {
    const { stored, digest } = await sealed(one, 777);
    expect([one.name, toHex(digest)]).toEqual([one.name, one.digest]);
    if (one.stored !== null) expect(toHex(stored)).toBe(one.stored);
    for (const piece of [1_000, 16_400, stored.length]) {
      expect(await opened(termsIn(one), digest, stored, piece)).toEqual(bytes(one.bytes));
    }
  }
});

test("T30, T31, T32: a file that was changed or belongs elsewhere is refused as in Python", async () => {
  for (const { name, of, pieces, terms, digest, refusal } of found.refusals) {
    const one = found.files.find((file) => file.name === of) as Written;
    const { stored: whole } = await sealed(one, 1_000);
    const stored =
      pieces === undefined
        ? whole
        : concat(empty, ...pieces.map((piece) => (typeof piece === "string" ? bytes(piece) : whole.slice(...piece))));
    expect([name, await refusalOf(() => opened(termsIn(one, terms), bytes(digest), stored))]).toEqual([name, refusal]);
  }
});

test("the stored size follows from the size alone, and nothing above 25 MiB is begun", async () => {
  for (const [size, stored] of found.stored_sizes) expect([size, storedSize(size)]).toEqual([size, stored]);
  for (const size of [25 * 2 ** 20 + 1, Number.MAX_SAFE_INTEGER]) {
    expect(await refusalOf(() => storedSize(size))).toBe("file_too_large");
  }
});

test("a file that is not as long as it was said is not finished", async () => {
  const one = { ...(found.files[1] as Written), size: 3 };
  const longer = await FileSealer.begin(termsIn(one));
  expect(await refusalOf(() => longer.push(bytes("00000000")))).toBe("file_broken");
  const shorter = await FileSealer.begin(termsIn(one));
  await shorter.push(bytes("0000"));
  expect(await refusalOf(() => shorter.finish())).toBe("file_broken");
});
