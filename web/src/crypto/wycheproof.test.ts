import { inflateSync } from "node:zlib";

import { x25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";

import { ChunkOpener } from "./cobblestone.js";
import { concat, type Bytes } from "./encoding.js";
import { verify } from "./signing.js";
import { hkdfExpand } from "./symmetric.js";
import { score } from "./testing/score.js";
import { fromHex, toHex } from "./text-forms.js";
import { checkKemKey, kemPublicKey } from "./wrapping.js";

/** Kept beside the repository because of their size; CI always has them. */
const files = import.meta.glob<{ default: { testGroups: Group[] } }>("../../../../shared/vectors/wycheproof_*.json", {
  eager: true,
});
const absent = Object.keys(files).length === 0;

interface Group {
  publicKey: { pk: string };
  ivSize: number;
  keySize: number;
  tests: Case[];
}

type Case = Record<
  | "ctx"
  | "public"
  | "private"
  | "shared"
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
> & { size: number; tcId: number; flags: string[] };

/** What the protocol refuses and Wycheproof calls acceptable: with it two clients would hash different bytes (T12). */
function stricter(one: Case): boolean {
  const flagged = ["LowOrderPublic", "NonCanonicalPublic", "ZeroSharedSecret"].some((flag) => one.flags.includes(flag));
  const number = BigInt(`0x${toHex(fromHex(one.public).reverse())}`);
  return flagged || number >= 2n ** 255n - 19n;
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
  for (let at = 0; at < stored.length; at += piece) parts.push(...(await opener.push(stored.slice(at, at + piece))));
  return concat(...parts, await opener.finish());
}

test("the outside vectors are there in CI", () => {
  expect(absent && import.meta.env.CI).toBeFalsy();
});

describe.skipIf(absent)("outside vectors (../shared/vectors is absent: skipped)", () => {
  test("Ed25519 accepts and refuses as Wycheproof says", async () => {
    const cases = groups("ed25519").flatMap(({ publicKey, tests }) =>
      tests.map((one) => ({ ...one, pk: publicKey.pk })),
    );
    await score("Wycheproof Ed25519", cases, async ({ pk, msg, sig, result }) => {
      return (await accepts(verify(fromHex(pk), fromHex(sig), fromHex(msg)))) === (result === "valid");
    });
  });

  test("T12: X25519 keys of small order and keys that are not canonical are refused; the rest computes as it says", async () => {
    const lattice = (await kemPublicKey(new Uint8Array(32).fill(7))).slice(0, 1184);
    const cases = groups("x25519").flatMap(({ tests }) => tests);
    const refused = cases.filter(stricter);
    expect(new Set(refused.map(({ result }) => result))).toEqual(new Set(["acceptable"]));
    const right = async (one: Case): Promise<boolean> => {
      const taken = await accepts(Promise.resolve().then(() => checkKemKey(concat(lattice, fromHex(one.public)))));
      if (!taken || stricter(one)) return !taken && stricter(one);
      return toHex(new Uint8Array(x25519.getSharedSecret(fromHex(one.private), fromHex(one.public)))) === one.shared;
    };
    await score("Wycheproof X25519", cases, right, `${refused.length} of them refused: small order or not canonical`);
  });

  test("HKDF-Expand gives the first block that Wycheproof gives", async () => {
    const cases = groups("hkdf_sha256").flatMap(({ tests }) => tests);
    await score("Wycheproof HKDF-SHA256, first block", cases, async ({ ikm, salt, info, okm, size, result }) => {
      if (result === "invalid") return size > 255 * 32;
      const expanded = toHex(await hkdfExpand(await hmac(fromHex(salt), fromHex(ikm)), fromHex(info)));
      return okm.length === 2 * size && expanded.startsWith(okm.slice(0, 64));
    });
  });

  test("AES-256-GCM of this engine accepts and refuses as Wycheproof says", async () => {
    const sized = groups("aes_gcm").filter(({ ivSize, keySize }) => ivSize === 96 && keySize === 256);
    const cases = sized.flatMap(({ tests }) => tests);
    await score("Wycheproof AES-256-GCM, nonce of 96 bits", cases, async ({ key, iv, aad, msg, ct, tag, result }) => {
      const aes = await crypto.subtle.importKey("raw", fromHex(key), "AES-GCM", false, ["decrypt"]);
      const algorithm = { name: "AES-GCM", iv: fromHex(iv), additionalData: fromHex(aad) };
      const opened = crypto.subtle.decrypt(algorithm, aes, concat(fromHex(ct), fromHex(tag)));
      const plain = await opened.then((bytes) => toHex(new Uint8Array(bytes))).catch(() => null);
      return plain === (result === "valid" ? msg : null);
    });
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
