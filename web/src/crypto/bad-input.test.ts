import { expect, test } from "vitest";

import { readContent } from "./bodies.js";
import { readCheckpoint } from "./checkpoint.js";
import { readCommit } from "./commit.js";
import { readDeletion } from "./deletion.js";
import { openDutySeed } from "./duty.js";
import { FileOpener } from "./files.js";
import { readGenesis } from "./genesis.js";
import { openIdentity, readKemStatement } from "./identity.js";
import { readInvitationLink } from "./invitation.js";
import { readHeader } from "./message.js";
import { readReceipt } from "./receipts.js";
import { recoveryKeys } from "./recovery.js";
import { readRoot, readRoster } from "./roster.js";
import { checkSigningKey } from "./signing.js";
import { bytes, refusalOf, vectors } from "./testing/vectors.js";
import { readBody } from "./vault-entries.js";
import { checkKemKey } from "./wrapping.js";

interface Table {
  reader: string;
  terms: Record<"ed_pk" | "root_fingerprint" | "receipt_pk" | "ed_seed" | "kem_seed", string>;
  cases: [string, string | number, string | null][];
}

type Read = (raw: string, terms: Table["terms"]) => unknown;

const readers: Record<string, Read> = {
  genesis: (raw) => readGenesis(bytes(raw)),
  commit: (raw) => readCommit(bytes(raw)),
  header: (raw) => readHeader(bytes(raw)),
  statement: (raw, { ed_pk }) => readKemStatement(bytes(raw), bytes(ed_pk)),
  roster: (raw, { root_fingerprint }) => readRoster(bytes(raw), bytes(root_fingerprint)),
  root: (raw) => readRoot(bytes(raw)),
  receipt: (raw, { receipt_pk }) => readReceipt(bytes(raw), bytes(receipt_pk)),
  deletion: (raw, { receipt_pk }) => readDeletion(bytes(raw), bytes(receipt_pk)),
  checkpoint: (raw) => readCheckpoint(bytes(raw)),
  vault_body: (raw) => readBody(bytes(raw)),
  invitation_link: (raw) => readInvitationLink(bytes(raw)),
  duty_seed: async (raw, { ed_seed, kem_seed, root_fingerprint }) =>
    openDutySeed(bytes(raw), await openIdentity(bytes(ed_seed), bytes(kem_seed)), bytes(root_fingerprint)),
  signing_key: (raw) => checkSigningKey(bytes(raw)),
  kem_key: (raw) => checkKemKey(bytes(raw)),
  file: (raw) => readContent("file", bytes(raw)),
  introduce: (raw) => readContent("introduce", bytes(raw)),
  text: (raw) => readContent("text", bytes(raw)),
  recovery_code: (typed) => recoveryKeys(typed),
  file_size: (size) => FileOpener.begin({ ...nowhere, size: Number(size) }, new Uint8Array(32)),
};

const nowhere = { room: new Uint8Array(16), epoch: 1, fileId: new Uint8Array(16), key: new Uint8Array(32) };
const megabyte = 1024 * 1024;

for (const { reader, terms, cases } of vectors<Table[]>("bad_input")) {
  test(`bad input: ${reader} refuses what Python refuses, with the same code, and takes no memory for it (T29)`, async () => {
    const read = readers[reader];
    if (read === undefined) throw new Error(`nobody reads ${reader} here`);
    const before = process.memoryUsage().arrayBuffers;
    for (const [name, given, refusal] of cases) {
      expect([name, await refusalOf(() => read(String(given), terms))]).toEqual([name, refusal]);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * megabyte);
  });
}
