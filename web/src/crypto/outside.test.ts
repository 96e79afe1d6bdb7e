import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import {
  Aes128Gcm,
  Aes256Gcm,
  CipherSuite,
  DhkemP256HkdfSha256,
  DhkemP521HkdfSha512,
  DhkemX25519HkdfSha256,
  ExportOnly,
  HkdfSha256,
  HkdfSha512,
} from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { describe, expect, test } from "vitest";

import { argon2id } from "./argon.js";
import { score } from "./testing/score.js";
import { argonModule } from "./testing/stretch.js";
import { fromHex, toHex } from "./text-forms.js";
import { kemPublicKey } from "./wrapping.js";

/** Where Python's package `cryptography_vectors` lies; `make` and hatch_build.py say so. CI always has it. */
const folder = process.env["CRYPTOGRAPHY_VECTORS"] ?? "";
const absent = !existsSync(join(folder, "HPKE"));
const xWing = 0x647a;

type Hex = Record<"skRm" | "pkRm" | "enc" | "info" | "shared_secret" | "exporter_secret", string>;

interface Case extends Hex {
  mode: number;
  kem_id: number;
  kdf_id: number;
  aead_id: number;
  encryptions: Record<"aad" | "ct" | "pt", string>[];
  exports: { exporter_context: string; L: number; exported_value: string }[];
}

const kems: Record<number, () => DhkemX25519HkdfSha256 | DhkemP256HkdfSha256 | DhkemP521HkdfSha512> = {
  0x10: () => new DhkemP256HkdfSha256(),
  0x12: () => new DhkemP521HkdfSha512(),
  0x20: () => new DhkemX25519HkdfSha256(),
};
const kdfs: Record<number, () => HkdfSha256> = { 1: () => new HkdfSha256(), 3: () => new HkdfSha512() };
const aeads: Record<number, () => Aes256Gcm | ExportOnly> = {
  1: () => new Aes128Gcm(),
  2: () => new Aes256Gcm(),
  65535: () => new ExportOnly(),
};

function hpke(name: string): Case[] {
  return JSON.parse(readFileSync(join(folder, "HPKE", name), "utf-8")) as Case[];
}

/** Every message of the context in its order, and every exported secret. */
async function opens(one: Case): Promise<boolean> {
  const [kem, kdf, aead] = [kems[one.kem_id]?.(), kdfs[one.kdf_id]?.(), aeads[one.aead_id]?.()];
  if (kem === undefined || kdf === undefined || aead === undefined) return false;
  const suite = new CipherSuite({ kem, kdf, aead });
  const recipientKey = await kem.deserializePrivateKey(fromHex(one.skRm));
  const recipient = await suite.createRecipientContext({
    recipientKey,
    enc: fromHex(one.enc),
    info: fromHex(one.info),
  });
  for (const { aad, ct, pt } of one.encryptions) {
    if (toHex(new Uint8Array(await recipient.open(fromHex(ct), fromHex(aad)))) !== pt) return false;
  }
  for (const { exporter_context, L, exported_value } of one.exports) {
    if (toHex(new Uint8Array(await recipient.export(fromHex(exporter_context), L))) !== exported_value) return false;
  }
  return true;
}

async function decapsulates(one: Case): Promise<boolean> {
  const kem = new XWing();
  const recipientKey = await kem.deserializePrivateKey(fromHex(one.skRm));
  const secret = toHex(new Uint8Array(await kem.decap({ recipientKey, enc: fromHex(one.enc) })));
  return secret === one.shared_secret && toHex(await kemPublicKey(fromHex(one.skRm))) === one.pkRm;
}

type Argon2Case = Record<string, string>;

function argon2Cases(): Argon2Case[] {
  const cases: Argon2Case[] = [];
  for (const line of readFileSync(join(folder, "KDF", "argon2id.txt"), "utf-8").split("\n")) {
    const [name = "", value = ""] = line.split("=").map((part) => part.trim());
    const last = cases.at(-1);
    if (name === "COUNT") cases.push({});
    else if (last !== undefined && name !== "" && !name.startsWith("#")) last[name] = value;
  }
  return cases;
}

function derives(one: Argon2Case): Promise<boolean> {
  const [password, salt] = [fromHex(one["pass"] ?? ""), fromHex(one["salt"] ?? "")];
  const cost = [Number(one["memcost"]), Number(one["iter"]), Number(one["lanes"])] as const;
  const found = argon2id(argonModule, password, salt, cost, Number(one["length"]));
  return Promise.resolve(toHex(found) === one["output"]);
}

test("the vectors of the package are there in CI", () => {
  expect(absent && import.meta.env["CI"]).toBeFalsy();
});

describe.skipIf(absent)("outside vectors (cryptography_vectors is not installed: skipped)", () => {
  test("HPKE opens what RFC 9180 sealed, whole contexts", async () => {
    const used = hpke("test-vectors.json").filter(
      (one) => one.mode === 0 && one.kem_id in kems && one.kdf_id in kdfs && one.aead_id in aeads,
    );
    await score("RFC 9180, base mode", used, opens, "ChaCha20-Poly1305 and X448 are not in the library");
  });

  test("X-Wing opens what the post-quantum draft encapsulated, and computes the same public keys", async () => {
    const used = hpke("hpke-pq-test-vectors.json").filter(({ kem_id }) => kem_id === xWing);
    await score("post-quantum HPKE, X-Wing", used, decapsulates, "the other KEMs are not in the library");
  });

  test("Argon2id gives what RFC 9106 gives", async () => {
    const used = argon2Cases().filter((one) => one["ad"] === undefined && one["secret"] === undefined);
    const left = argon2Cases().length - used.length;
    await score("RFC 9106 Argon2id", used, derives, `${left} not asked: a secret and associated data`);
  });
});
