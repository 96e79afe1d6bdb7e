import { chance, type Chance } from "./chance.js";
import { empty, equal, fields, labelled, lp, padme, readU64, u32, u64, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal, malformed } from "./errors.js";
import { type Identity } from "./identity.js";
import { labels } from "./labels.js";
import { sign, verify } from "./signing.js";
import { hash, openBox, sealBox } from "./symmetric.js";
import { readBody, VaultEntries, writeBody } from "./vault-entries.js";
import { mergeEntries } from "./vault-merge.js";
import { openPasswordSlot, openRecoverySlot, sealPasswordSlot, sealRecoverySlot } from "./vault-slots.js";
import { identityOf, VaultPages } from "./vault-pages.js";
import { checkSuite, suiteId } from "./wrapping.js";

const largestBlob = 1 << 20;
const largestSlot = 4096;
const leastPadded = 1024;

/** One state of a vault as it travels and lies on the server. */
export interface VaultWrite {
  readonly version: number;
  readonly vkGeneration: number;
  readonly blob: Bytes;
  readonly passwordSlot: Bytes;
  /** Empty when there is none. */
  readonly recoverySlot: Bytes;
  readonly signature: Bytes;
}

/** A person's open vault. `version` is that of the stored state it came from; 0 before the first `seal`. */
export class Vault extends VaultPages {
  #vk: Bytes;
  #generation: number;
  #passwordSlot: Bytes;
  #recoverySlot: Bytes;

  constructor(
    identity: Identity,
    entries: VaultEntries,
    public version: number,
    secret: { vk: Bytes; generation: number; passwordSlot: Bytes; recoverySlot: Bytes },
  ) {
    super(identity, entries);
    this.#vk = secret.vk;
    this.#generation = secret.generation;
    this.#passwordSlot = secret.passwordSlot;
    this.#recoverySlot = secret.recoverySlot;
  }

  /** The next version, ready to be stored. After a conflict: open the stored one, merge, seal again. */
  async seal(draw: Chance = chance): Promise<VaultWrite> {
    this.version += 1;
    const padded = pad(writeBody(this.entries));
    const aad = blobAad(this.identity.userId, this.#generation, this.version);
    const write = {
      version: this.version,
      vkGeneration: this.#generation,
      blob: await sealBox(this.#vk, labels.vault, padded, aad, draw),
      passwordSlot: this.#passwordSlot,
      recoverySlot: this.#recoverySlot,
    };
    const signature = await sign(this.identity.edSeed, await signedPart(this.identity.userId, write));
    return { ...write, signature };
  }

  /** Call it on the stored version: takes over what the older one in the page knows. Raises `pins_contradict`. */
  merge(mine: Vault): void {
    this.entries = mergeEntries(mine.entries, this.entries);
  }

  /** A new vault key in both slots: who knew the old password opens no later version. */
  async changePassword(wrap: Bytes, userShare: Bytes, recoveryPk: Bytes | null, draw: Chance = chance): Promise<void> {
    this.#generation += 1;
    this.#vk = draw(32);
    const terms = [userShare, this.identity.userId, this.#generation, draw] as const;
    this.#passwordSlot = await sealPasswordSlot(this.#vk, wrap, ...terms);
    this.#recoverySlot = recoveryPk === null ? empty : await sealRecoverySlot(this.#vk, recoveryPk, ...terms);
    if (recoveryPk === null) this.entries.drop("recovery");
    else this.entries.put("recovery", empty, lp(recoveryPk));
  }

  /** Overwrites every secret that this object holds (quick exit). */
  override forget(): void {
    super.forget();
    this.#vk.fill(0);
  }
}

export async function newVault(
  identity: Identity,
  wrap: Bytes,
  userShare: Bytes,
  given: { name?: string; recoveryPk?: Bytes } = {},
  draw: Chance = chance,
): Promise<Vault> {
  const entries = new VaultEntries();
  const secret = { vk: empty, generation: 0, passwordSlot: empty, recoverySlot: empty };
  const vault = new Vault(identity, entries, 0, secret);
  vault.keepIdentity(identity);
  entries.put("keyring", empty, lp(draw(32)));
  if (given.name !== undefined) vault.keepName(given.name);
  await vault.changePassword(wrap, userShare, given.recoveryPk ?? null, draw);
  return vault;
}

/** Raises `vault_does_not_open` (T5, T6, T9), `vault_stale` (T7), `suite_unknown` (T1). */
export function openVault(
  write: VaultWrite,
  userId: Bytes,
  wrap: Bytes,
  userShare: Bytes,
  knownVersion = 0,
): Promise<Vault> {
  const open = () => openPasswordSlot(write.passwordSlot, wrap, userShare, userId, write.vkGeneration);
  return openWith(open, write, userId, knownVersion);
}

/** The same with what the recovery code gives. */
export function openVaultByRecovery(
  write: VaultWrite,
  userId: Bytes,
  recoverySeed: Bytes,
  userShare: Bytes,
  knownVersion = 0,
): Promise<Vault> {
  const open = () => openRecoverySlot(write.recoverySlot, recoverySeed, userShare, userId, write.vkGeneration);
  return openWith(open, write, userId, knownVersion);
}

async function openWith(
  openSlot: () => Promise<Bytes>,
  write: VaultWrite,
  userId: Bytes,
  knownVersion: number,
): Promise<Vault> {
  try {
    checkSizes(write);
    const vk = await openSlot();
    const aad = fields(write.blob, 3)[0];
    checkBlobSuite(aad);
    const padded = await openBox(vk, labels.vault, write.blob, blobAad(userId, write.vkGeneration, write.version));
    const entries = readBody(unpad(padded));
    const identity = await identityOf(entries);
    if (!equal(identity.userId, userId)) malformed();
    const secret = { vk, generation: write.vkGeneration, ...write };
    if (write.version < knownVersion) throw new CryptoRefusal("vault_stale");
    return new Vault(identity, entries, write.version, secret);
  } catch (failure) {
    const code = codeOf(failure);
    if (code === null || code === "vault_stale" || code === "suite_unknown") throw failure;
    throw new CryptoRefusal("vault_does_not_open");
  }
}

/** The server's check, and a client's before it writes. Raises `too_large`, `vault_signature_invalid` (T46). */
export async function verifyVaultWrite(edPk: Bytes, userId: Bytes, write: VaultWrite): Promise<void> {
  checkSizes(write);
  try {
    await verify(edPk, write.signature, await signedPart(userId, write));
  } catch (failure) {
    throw codeOf(failure) === null ? failure : new CryptoRefusal("vault_signature_invalid");
  }
}

function checkSizes({ blob, passwordSlot, recoverySlot }: VaultWrite): void {
  const tooLarge = blob.length > largestBlob || passwordSlot.length > largestSlot || recoverySlot.length > largestSlot;
  if (tooLarge) throw new CryptoRefusal("too_large");
}

async function signedPart(userId: Bytes, write: Omit<VaultWrite, "signature">): Promise<Bytes> {
  const parts = [write.blob, write.passwordSlot, write.recoverySlot];
  const hashes = await Promise.all(parts.map((part) => hash(labels.vaultPart, part)));
  return lp(labels.vaultWrite, userId, u64(write.vkGeneration), u64(write.version), ...hashes);
}

function blobAad(userId: Bytes, generation: number, version: number): Bytes {
  return lp(labels.vaultBlob, userId, u64(suiteId), u64(generation), u64(version));
}

function checkBlobSuite(aad: Bytes): void {
  checkSuite(readU64(labelled(aad, labels.vaultBlob, 4)[1]));
}

function pad(body: Bytes): Bytes {
  const whole = new Uint8Array(paddedLength(body.length));
  whole.set(u32(body.length));
  whole.set(body, 4);
  return whole;
}

function unpad(padded: Bytes): Bytes {
  if (padded.length < leastPadded) malformed();
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length > padded.length - 4 || padded.length !== paddedLength(length)) malformed();
  if (padded.subarray(4 + length).some((byte) => byte !== 0)) malformed();
  return padded.slice(4, 4 + length);
}

function paddedLength(bodyLength: number): number {
  return Math.max(leastPadded, padme(4 + bodyLength));
}
