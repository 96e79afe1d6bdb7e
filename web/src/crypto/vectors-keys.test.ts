import { expect, test } from "vitest";

import { compare, fields, lp, padme, split } from "./encoding.js";
import { fingerprintOf, openIdentity, readKemStatement, safetyCode, safetyNumber, userIdOf } from "./identity.js";
import { labels } from "./labels.js";
import { checkName, derive } from "./passwords.js";
import { readDeletion, signDeletion } from "./deletion.js";
import { readReceipt, signReceipt } from "./receipts.js";
import { recoveryKeys } from "./recovery.js";
import { checkSigningKey, verify } from "./signing.js";
import { expand, hash } from "./symmetric.js";
import { stretch } from "./testing/stretch.js";
import { bytes, refusalOf, vectors } from "./testing/vectors.js";
import { fromBase64url, toHex } from "./text-forms.js";
import { checkKemKey } from "./wrapping.js";

type Refusable = { readonly name: string; readonly refusal: string | null };

test("bytes are encoded, hashed and padded as in Python", async () => {
  const found = vectors<{
    lp: { fields: string[]; bytes: string }[];
    broken_lp: string[];
    padme: [number, number][];
    digest: string;
    expand: string;
    labels: Record<string, string>;
  }>("encoding");
  for (const one of found.lp) {
    expect(toHex(lp(...one.fields.map(bytes)))).toBe(one.bytes);
    expect(split(bytes(one.bytes)).map(toHex)).toEqual(one.fields);
  }
  for (const one of found.broken_lp) expect(await refusalOf(() => split(bytes(one)))).toBe("malformed");
  for (const [size, padded] of found.padme) expect([size, padme(size)]).toEqual([size, padded]);
  const [a, empty] = [bytes("61"), bytes("")];
  expect(toHex(await hash(labels.room, a, empty))).toBe(found.digest);
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);
  expect(toHex(await expand(key, labels.ek, a, empty))).toBe(found.expand);
});

test("every label is the same in both languages, and each serves one purpose", () => {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const ours = Object.fromEntries(Object.entries(labels).map(([name, label]) => [snake(name), toHex(label)]));
  expect(ours).toEqual(vectors<{ labels: Record<string, string> }>("encoding").labels);
  expect(new Set(Object.values(ours)).size).toBe(Object.keys(ours).length);
});

test("signatures and keys are accepted and refused as in Python, points with torsion among them", async () => {
  const found = vectors<{
    signatures: (Refusable & { ed_pk: string; signature: string; data: string })[];
    signing_keys: (Refusable & { ed_pk: string })[];
    kem_keys: (Refusable & { kem_pk: string })[];
  }>("keys");
  for (const { name, refusal, ed_pk, signature, data } of found.signatures) {
    const verdict = await refusalOf(() => verify(bytes(ed_pk), bytes(signature), bytes(data)));
    expect([name, verdict]).toEqual([name, refusal]);
  }
  for (const { name, refusal, ed_pk } of found.signing_keys) {
    expect([
      name,
      await refusalOf(() => {
        checkSigningKey(bytes(ed_pk));
      }),
    ]).toEqual([name, refusal]);
  }
  for (const { name, refusal, kem_pk } of found.kem_keys) {
    expect([
      name,
      await refusalOf(() => {
        checkKemKey(bytes(kem_pk));
      }),
    ]).toEqual([name, refusal]);
  }
});

test("a person's seeds give the same keys, names and statement", async () => {
  type Person = Record<
    "ed_seed" | "kem_seed" | "ed_pk" | "kem_pk" | "user_id" | "fingerprint" | "kem_statement",
    string
  >;
  const found = vectors<{
    people: (Person & { kem_seq: number; kem_pin: string })[];
    safety_number: string;
    safety_code: string;
    statements: (Refusable & { ed_pk: string; statement: string })[];
  }>("people");
  for (const one of found.people) {
    const made = await openIdentity(bytes(one.ed_seed), bytes(one.kem_seed), one.kem_seq);
    expect([made.edPk, made.kemPk, made.kemStatement].map(toHex)).toEqual([one.ed_pk, one.kem_pk, one.kem_statement]);
    expect(toHex(await userIdOf(made.edPk))).toBe(one.user_id);
    expect(toHex(await fingerprintOf(made.edPk))).toBe(one.fingerprint);
    expect(toHex(await hash(labels.kemPin, made.kemPk))).toBe(one.kem_pin);
  }
  const prints = found.people.map(({ fingerprint }) => bytes(fingerprint)).sort(compare);
  const [one, other] = [prints[0] ?? bytes(""), prints[1] ?? bytes("")];
  expect(await safetyNumber(one, other)).toBe(found.safety_number);
  expect(await safetyNumber(other, one)).toBe(found.safety_number);
  const [mine, theirs] = found.people.map(({ fingerprint }) => bytes(fingerprint));
  expect(toHex(fromBase64url(safetyCode(mine ?? one, theirs ?? other)))).toBe(found.safety_code);
  for (const { name, refusal, ed_pk, statement } of found.statements) {
    expect([name, await refusalOf(() => readKemStatement(bytes(statement), bytes(ed_pk)))]).toEqual([name, refusal]);
  }
});

test("passwords, names and recovery codes give the same keys and the same refusals", async () => {
  const found = vectors<{
    derived: { name: string; password: string; server_salt: string; auth: string; wrap: string }[];
    suites: { password_suite: number; refusal: string }[];
    names: { typed: string; refusal: string | null; name: string | null }[];
    passwords: { password: string; refusal: string }[];
    recovery: {
      written: string;
      seed: string;
      auth: string;
      pk: string;
      typed: { written: string; refusal: string | null }[];
    };
  }>("passwords");
  for (const { name, password, server_salt, auth, wrap } of found.derived) {
    const keys = await derive(password, name, bytes(server_salt), stretch);
    expect([toHex(keys.auth), toHex(keys.wrap)]).toEqual([auth, wrap]);
  }
  const salt = new Uint8Array(32);
  for (const { password_suite, refusal } of found.suites) {
    expect(await refusalOf(() => derive("x".repeat(12), "abc", salt, stretch, password_suite))).toBe(refusal);
  }
  for (const { password, refusal } of found.passwords) {
    expect(await refusalOf(() => derive(password, "abc", salt, stretch))).toBe(refusal);
  }
  for (const { typed, refusal, name } of found.names) {
    expect([typed, await refusalOf(() => checkName(typed))]).toEqual([typed, refusal]);
    if (name !== null) expect(checkName(typed)).toBe(name);
  }
  const { written, seed, auth, pk, typed } = found.recovery;
  const keys = await recoveryKeys(written);
  expect([keys.seed, keys.auth, keys.pk].map(toHex)).toEqual([seed, auth, pk]);
  for (const one of typed) {
    expect([one.written, await refusalOf(() => recoveryKeys(one.written))]).toEqual([one.written, one.refusal]);
  }
}, 60_000);

test("certificates of deletion are read as in Python and written with the same bytes", async () => {
  const found = vectors<{
    receipt_pk: string;
    deletions: (Refusable & { deletion: string })[];
    read_deletion: { kind: "room"; subject: string; deleted_at: number; final_at: number };
  }>("receipts");
  const key = bytes(found.receipt_pk);
  for (const { name, refusal, deletion } of found.deletions) {
    expect([name, await refusalOf(() => readDeletion(bytes(deletion), key))]).toEqual([name, refusal]);
  }
  const raw = bytes(found.deletions[0]?.deletion ?? "");
  const deletion = await readDeletion(raw, key);
  const { kind, subject, deleted_at: deletedAt, final_at: finalAt } = found.read_deletion;
  expect(deletion).toEqual({ kind, subject: bytes(subject), deletedAt, finalAt });
  const again = await signDeletion(new Uint8Array(32), deletion);
  expect(fields(again, 2)[0]).toEqual(fields(raw, 2)[0]);
});

test("receipts are read as in Python and written with the same bytes", async () => {
  const found = vectors<{
    receipt_pk: string;
    receipts: (Refusable & { receipt: string })[];
    read: Record<"room" | "message_id" | "policy_kind" | "policy_details" | "event_id", string> &
      Record<"received_at" | "due_at" | "policy_seconds", number>;
  }>("receipts");
  const key = bytes(found.receipt_pk);
  for (const { name, refusal, receipt } of found.receipts) {
    expect([name, await refusalOf(() => readReceipt(bytes(receipt), key))]).toEqual([name, refusal]);
  }
  const raw = bytes(found.receipts[0]?.receipt ?? "");
  const receipt = await readReceipt(raw, key);
  const { read } = found;
  expect(receipt).toEqual({
    room: bytes(read.room),
    messageId: bytes(read.message_id),
    receivedAt: read.received_at,
    dueAt: read.due_at,
    policyKind: read.policy_kind,
    policySeconds: read.policy_seconds,
    policyDetails: read.policy_details,
    eventId: bytes(read.event_id),
  });
  const again = await signReceipt(new Uint8Array(32), receipt);
  expect(fields(again, 2)[0]).toEqual(fields(raw, 2)[0]);
});
