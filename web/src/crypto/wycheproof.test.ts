import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { ChunkOpener } from "./cobblestone.js";
import { concat, type Bytes } from "./encoding.js";
import { verify } from "./signing.js";
import { hkdfExpand } from "./symmetric.js";
import { fromHex, toHex } from "./text-forms.js";

/** Kept beside the repository because of their size; CI always has them. */
const files = import.meta.glob<{ default: { testGroups: Group[] } }>("../../../../shared/vectors/wycheproof_*.json", {
  eager: true,
});
const absent = Object.keys(files).length === 0;

interface Group {
  publicKey: { pk: string };
  ivSize: number;
  keySize: number;
  tests: Record<
    | "ctx"
    | "msgSha512"
    | "msg"
    | "sig"
    | "ikm"
    | "salt"
    | "info"
    | "okm"
    | "key"
    | "iv"
    | "aad"
    | "ct"
    | "tag"
    | "result",
    string
  >[] &
    { size: number; tcId: number }[];
}

function groups(name: string): Group[] {
  const file = Object.entries(files).find(([path]) => path.endsWith(`/wycheproof_${name}_test.json`));
  if (file === undefined) throw new Error(`wycheproof_${name}_test.json is missing`);
  return file[1].default.testGroups;
}

async function accepts(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}

async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
  const usable = key.length === 0 ? new Uint8Array(32) : key;
  const imported = await crypto.subtle.importKey("raw", usable, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

async function openInPieces(key: Bytes, context: Bytes, stored: Bytes, piece: number): Promise<Bytes> {
  const opener = new ChunkOpener(key, context);
  const parts: Bytes[] = [];
  for (let at = 0; at < stored.length; at += piece) parts.push(await opener.push(stored.slice(at, at + piece)));
  return concat(...parts, await opener.finish());
}

test("the outside vectors are there in CI", () => {
  expect(absent && import.meta.env.CI).toBeFalsy();
});

describe.skipIf(absent)("outside vectors (../shared/vectors is absent: skipped)", () => {
  test("Ed25519 accepts and refuses as Wycheproof says", async () => {
    for (const group of groups("ed25519")) {
      for (const { tcId, msg, sig, result } of group.tests) {
        const verdict = await accepts(verify(fromHex(group.publicKey.pk), fromHex(sig), fromHex(msg)));
        expect([tcId, verdict]).toEqual([tcId, result === "valid"]);
      }
    }
  });

  test("HKDF-Expand gives the first 32 bytes that Wycheproof gives", async () => {
    for (const group of groups("hkdf_sha256")) {
      for (const { tcId, ikm, salt, info, okm, result } of group.tests) {
        if (result !== "valid" || okm.length < 64) continue;
        const expanded = await hkdfExpand(await hmac(fromHex(salt), fromHex(ikm)), fromHex(info));
        expect([tcId, expanded]).toEqual([tcId, fromHex(okm.slice(0, 64))]);
      }
    }
  });

  test("AES-256-GCM of this engine accepts and refuses as Wycheproof says", async () => {
    for (const group of groups("aes_gcm").filter(({ ivSize, keySize }) => ivSize === 96 && keySize === 256)) {
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of group.tests) {
        const aes = await crypto.subtle.importKey("raw", fromHex(key), "AES-GCM", false, ["decrypt"]);
        const algorithm = { name: "AES-GCM", iv: fromHex(iv), additionalData: fromHex(aad) };
        const opened = crypto.subtle.decrypt(algorithm, aes, concat(fromHex(ct), fromHex(tag)));
        const plain = await opened.then((bytes) => new Uint8Array(bytes)).catch(() => null);
        expect([tcId, plain]).toEqual([tcId, result === "valid" ? fromHex(msg) : null]);
      }
    }
  });

  test("Cobblestone-256 opens and refuses as Wycheproof says", async () => {
    let passed = 0;
    for (const group of groups("c2sp_chunked_encryption_aes_256_gcm")) {
      for (const { tcId, key, ctx, ct, msgSha512, result } of group.tests) {
        const stored = new Uint8Array(inflateSync(fromHex(ct)));
        const opened = await openInPieces(fromHex(key), fromHex(ctx), stored, 5_000).catch(() => null);
        const digest = opened && toHex(new Uint8Array(await crypto.subtle.digest("SHA-512", opened)));
        expect([tcId, digest]).toEqual([tcId, result === "valid" ? msgSha512 : null]);
        passed += 1;
      }
    }
    console.info(`Wycheproof C2SP chunked encryption: ${passed}/35`);
    expect(passed).toBe(35);
  });
});
