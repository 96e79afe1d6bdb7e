import { expect, test } from "vitest";

import { fields } from "./encoding.js";
import { openDutySeed } from "./duty.js";
import { openEpochKey, sealEpochKey } from "./epoch.js";
import { openIdentity, readKemStatement } from "./identity.js";
import { certified, checkPin, readRoster, type Capability, type RosterPin } from "./roster.js";
import { makeRoot, signRoster, signRosterKeys } from "./roster-making.js";
import { signingPublicKey } from "./signing.js";
import { bytes, refusalOf, scripted, vectors } from "./testing/vectors.js";
import { toHex } from "./text-forms.js";
import { newVault, openVault, openVaultByRecovery, verifyVaultWrite, type VaultWrite } from "./vault.js";
import { readBody, writeBody } from "./vault-entries.js";
import { mergeEntries } from "./vault-merge.js";

interface Write {
  readonly version: number;
  readonly vk_generation: number;
  readonly blob: string;
  readonly password_slot: string;
  readonly recovery_slot: string;
  readonly signature: string;
}

interface Vaults {
  readonly user_id: string;
  readonly ed_pk: string;
  readonly wrap: string;
  readonly user_share: string;
  readonly recovery_seed: string;
  readonly writes: { write: Write; entries: [string, string, string][] }[];
  readonly refusals: {
    name: string;
    write: Write;
    user_id: string;
    known_version: number;
    by_password: string | null;
    by_recovery: string | null;
    signature_refusal: string | null;
  }[];
  readonly merges: { name: string; stored: string; mine: string; refusal: string | null; merged: string | null }[];
  readonly renewed_key: { kem_seed: string; kem_statement: string };
  readonly keyring: {
    keyring_key: string;
    user_id: string;
    room: string;
    entries: { name: string; epoch: number; kc: string; sealed: string; secret: string | null }[];
  };
}

const found = vectors<Vaults>("vaults");
const [wrap, share] = [bytes(found.wrap), bytes(found.user_share)];
const [owner, recoverySeed] = [bytes(found.user_id), bytes(found.recovery_seed)];

function writeOf(write: Write): VaultWrite {
  const slots = { passwordSlot: bytes(write.password_slot), recoverySlot: bytes(write.recovery_slot) };
  const rest = { blob: bytes(write.blob), signature: bytes(write.signature) };
  return { version: write.version, vkGeneration: write.vk_generation, ...slots, ...rest };
}

test("a new KEM key leaves the vault as Python left it: the next seq, and the key before for what was wrapped for it", async () => {
  const [, before, after] = found.writes;
  if (before === undefined || after === undefined) throw new Error("Three writes are needed.");
  const vault = await openVault(writeOf(before.write), owner, wrap, share);
  await vault.renewKemKey(() => bytes(found.renewed_key.kem_seed));
  expect(toHex(vault.identity.kemStatement)).toBe(found.renewed_key.kem_statement);
  const entries = vault.entries.sorted().map(({ kind, id, value }) => [kind, toHex(id), toHex(value)]);
  expect(entries).toEqual(after.entries);
  expect(vault.earlierKemSeeds).toHaveLength(1);
});

test("vaults that Python wrote open by password and by recovery code, with every entry", async () => {
  for (const { write, entries } of found.writes) {
    const vault = await openVault(writeOf(write), owner, wrap, share);
    await openVaultByRecovery(writeOf(write), owner, recoverySeed, share);
    await verifyVaultWrite(bytes(found.ed_pk), owner, writeOf(write));
    const listed = vault.entries.sorted().map(({ kind, id, value }) => [kind, toHex(id), toHex(value)]);
    expect(listed).toEqual(entries);
  }
});

test("a vault made here with the same chance has the bytes of the one that Python made", async () => {
  const [first] = found.writes;
  if (first === undefined) throw new Error("There is no vault.");
  const opened = await openVault(writeOf(first.write), owner, wrap, share);
  const recoveryPk = opened.recoveryPk;
  if (recoveryPk === null) throw new Error("The vault has no recovery key.");
  const draw = scripted("vault");
  const vault = await newVault(opened.identity, wrap, share, { name: "Nachtfalter 🌙", recoveryPk }, draw);
  const made = await vault.seal(draw);
  expect(toHex(made.blob)).toBe(first.write.blob);
  expect(toHex(made.passwordSlot)).toBe(first.write.password_slot);
  expect(toHex(fields(made.recoverySlot, 2)[0])).toBe(toHex(fields(bytes(first.write.recovery_slot), 2)[0]));
});

test("broken and exchanged vaults are refused with the same codes", async () => {
  for (const one of found.refusals) {
    const [write, user, known] = [writeOf(one.write), bytes(one.user_id), one.known_version];
    const codes = [
      await refusalOf(() => openVault(write, user, wrap, share, known)),
      await refusalOf(() => openVaultByRecovery(write, user, recoverySeed, share, known)),
      await refusalOf(() => verifyVaultWrite(bytes(found.ed_pk), owner, write)),
    ];
    expect([one.name, ...codes]).toEqual([one.name, one.by_password, one.by_recovery, one.signature_refusal]);
  }
});

test("two versions of a vault merge to the same entries, or block with the same code", async () => {
  for (const { name, stored, mine, refusal, merged } of found.merges) {
    const merge = () => writeBody(mergeEntries(readBody(bytes(mine)), readBody(bytes(stored))));
    expect([name, await refusalOf(merge)]).toEqual([name, refusal]);
    if (merged !== null) expect([name, toHex(merge())]).toEqual([name, merged]);
  }
});

test("keyring entries open or stay shut as in Python", async () => {
  const { keyring_key, user_id, room, entries } = found.keyring;
  for (const { name, epoch, kc, sealed, secret } of entries) {
    const place = [bytes(user_id), bytes(room), epoch, bytes(kc)] as const;
    const opened = await openEpochKey(bytes(keyring_key), ...place, bytes(sealed));
    expect([name, opened && toHex(opened)]).toEqual([name, secret]);
    if (opened === null) continue;
    const again = await sealEpochKey(bytes(keyring_key), ...place, opened, () => fields(bytes(sealed), 3)[1]);
    expect(toHex(again)).toBe(sealed);
  }
});

interface Rosters {
  readonly root_seed: string;
  readonly successor_seed: string;
  readonly roster_seed: string;
  readonly root: string;
  readonly root_fingerprint: string;
  readonly roster_keys: string;
  readonly rosters: {
    number: number;
    hash: string;
    keys_seq: number;
    agency_name: string;
    root_fingerprint: string;
    raw: string;
    certificates: { fingerprint: string; display_name: string; capabilities: string[] }[];
    revocations: { fingerprint: string; revoked_at: number; reason: string }[];
  }[];
  readonly certified: {
    roster: number;
    fingerprint: string;
    at: number;
    capabilities: Capability[];
    refusal: string | null;
  }[];
  readonly refusals: { name: string; roster: string; root_fingerprint: string; refusal: string | null }[];
  readonly pins: {
    name: string;
    number: number;
    pin: { number: number; hash: string; keys_seq: number } | null;
    refusal: string | null;
  }[];
  readonly duty_seeds: {
    name: string;
    sealed: string;
    ed_seed: string;
    kem_seed: string;
    root_fingerprint: string;
    generation: number;
    kem_pk: string;
    refusal: string | null;
  }[];
}

const agency = vectors<Rosters>("rosters");
const read = () => Promise.all(agency.rosters.map((one) => readRoster(bytes(one.raw), bytes(one.root_fingerprint))));

test("rosters are read as in Python", async () => {
  for (const [index, roster] of (await read()).entries()) {
    const one = agency.rosters[index];
    expect([roster.number, toHex(roster.hash), roster.keysSeq]).toEqual([one?.number, one?.hash, one?.keys_seq]);
    const people = roster.certificates.map((each) => ({
      fingerprint: toHex(each.fingerprint),
      display_name: each.displayName,
      capabilities: [...each.capabilities].sort(),
    }));
    expect([roster.agencyName, people]).toEqual([one?.agency_name, one?.certificates]);
    const revoked = roster.revocations.map(({ fingerprint, revokedAt, reason }) => ({
      fingerprint: toHex(fingerprint),
      revoked_at: revokedAt,
      reason,
    }));
    expect(revoked).toEqual(one?.revocations);
  }
});

test("a root, its roster keys and a roster made here have the bytes that Python made", async () => {
  const root = await makeRoot(bytes(agency.root_seed), bytes(agency.successor_seed));
  expect([toHex(root.raw), toHex(root.fingerprint)]).toEqual([agency.root, agency.root_fingerprint]);
  const rosterSeed = bytes(agency.roster_seed);
  for (const roster of (await read()).slice(0, 2)) {
    const certificates = roster.certificates.map((one) => ({ ...one, capabilities: [...one.capabilities] }));
    const rosterKeys = bytes(agency.roster_keys);
    expect(toHex(await signRoster(rosterSeed, { ...roster, root, rosterKeys, certificates }))).toBe(toHex(roster.raw));
  }
  const body = fields(bytes(agency.roster_keys), 2)[0];
  const [pk, holder, from, until] = fields(fields(fields(body, 4)[3], 1)[0], 4);
  expect(pk).toEqual(signingPublicKey(rosterSeed));
  const time = (field: typeof from) => Number(new DataView(field.buffer).getBigUint64(0));
  const key = { pk, holder, notBefore: time(from), notAfter: time(until) };
  expect(toHex(await signRosterKeys(bytes(agency.root_seed), root, 1, [key]))).toBe(agency.roster_keys);
});

test("rosters, certificates, pins and duty seeds are refused with the same codes", async () => {
  const rosters = await read();
  const numbered = (number: number) => rosters[number - 1] ?? rosters[0];
  for (const { name, roster, root_fingerprint, refusal } of agency.refusals) {
    expect([name, await refusalOf(() => readRoster(bytes(roster), bytes(root_fingerprint)))]).toEqual([name, refusal]);
  }
  for (const { roster, fingerprint, at, capabilities, refusal } of agency.certified) {
    const asked = numbered(roster + 1);
    if (asked === undefined) throw new Error("There is no roster.");
    const verdict = await refusalOf(() => certified(asked, bytes(fingerprint), at, ...capabilities));
    expect([roster, at, capabilities, verdict]).toEqual([roster, at, capabilities, refusal]);
  }
  for (const { name, number, pin, refusal } of agency.pins) {
    const known: RosterPin | null = pin && { number: pin.number, hash: bytes(pin.hash), keysSeq: pin.keys_seq };
    const roster = numbered(number);
    if (roster === undefined) throw new Error("There is no roster.");
    expect([name, await refusalOf(() => checkPin(roster, known))]).toEqual([name, refusal]);
  }
  for (const one of agency.duty_seeds) {
    const holder = await openIdentity(bytes(one.ed_seed), bytes(one.kem_seed));
    const opened = () => openDutySeed(bytes(one.sealed), holder, bytes(one.root_fingerprint));
    expect([one.name, await refusalOf(opened)]).toEqual([one.name, one.refusal]);
    if (one.refusal === null) expect(toHex((await opened()).kemPk)).toBe(one.kem_pk);
  }
});

test("a statement of a certificate is the person's own", async () => {
  for (const roster of await read()) {
    for (const { edPk, kemStatement, userId } of roster.certificates) {
      expect((await readKemStatement(kemStatement, edPk)).userId).toEqual(userId);
    }
  }
});
