import { chance, type Chance } from "./chance.js";
import { empty, equal, fields, lp, padme, readU64, u32, u64, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal, malformed } from "./errors.js";
import { openIdentity, type Identity } from "./identity.js";
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
/** What belongs to an identity and not to the person. */
const ofOneIdentity = new Set(["identity", "kem_before", "keyring", "recovery", "name"]);

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

  /** Rises with every new vault key, that is with every change of the password. */
  get generation(): number {
    return this.#generation;
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
    checkSizes(write);
    const signature = await sign(this.identity.edSeed, await signedPart(this.identity.userId, write));
    return { ...write, signature };
  }

  /** Call it on the stored version: takes over what the older one in the page knows. Raises `pins_contradict`. */
  merge(mine: Vault): void {
    this.entries = mergeEntries(mine.entries, this.entries);
  }

  /** For the vault of a new identity: takes over what the person's old one knows, and the old identity as what it was. */
  inherit(before: Vault): void {
    for (const { kind, id, value } of before.entries.sorted()) {
      // Copies: the old vault is wiped once this one holds.
      if (!ofOneIdentity.has(kind)) this.entries.put(kind, id.slice(), value.slice());
    }
    this.keepIdentityBefore(before.identity);
  }

  /**
   * A new vault key in both slots: who knew the old password opens no later version. With `recoveryPk` the recovery
   * code is replaced as well.
   */
  async changePassword(
    wrap: Bytes,
    userShare: Bytes,
    recoveryPk: Bytes | null = null,
    draw: Chance = chance,
  ): Promise<void> {
    if (recoveryPk !== null) this.keepRecoveryPk(recoveryPk);
    this.#vk = draw(32);
    this.#generation += 1;
    await this.writeSlots(wrap, userShare, draw);
  }

  /** Another KEM key with the next `seq`, for the same person; the one before stays for what was wrapped for it. */
  async renewKemKey(draw: Chance = chance): Promise<void> {
    const { edSeed, kemSeed, kemSeq } = this.identity;
    this.keepKemBefore(kemSeq, kemSeed);
    this.identity = await openIdentity(edSeed, draw(32), kemSeq + 1);
    this.keepIdentity(this.identity);
  }

  async writeSlots(wrap: Bytes, userShare: Bytes, draw: Chance): Promise<void> {
    const terms = [userShare, this.identity.userId, this.#generation, draw] as const;
    this.#passwordSlot = await sealPasswordSlot(this.#vk, wrap, ...terms);
    const kept = this.recoveryPk;
    this.#recoverySlot = kept === null ? empty : await sealRecoverySlot(this.#vk, kept, ...terms);
  }

  /** Overwrites every secret that this object holds (quick exit). */
  override forget(): void {
    super.forget();
    this.#vk.fill(0);
  }
}

/** A vault that was never stored: version 0 until the first `seal`. Raises `name_invalid`. */
export async function newVault(
  identity: Identity,
  wrap: Bytes,
  userShare: Bytes,
  given: { name?: string; recoveryPk?: Bytes } = {},
  draw: Chance = chance,
): Promise<Vault> {
  const [vk, keyringKey] = [draw(32), draw(32)];
  const entries = new VaultEntries([{ kind: "keyring", id: empty, value: lp(keyringKey) }]);
  const vault = new Vault(identity, entries, 0, { vk, generation: 1, passwordSlot: empty, recoverySlot: empty });
  vault.keepIdentity(identity);
  if (given.name !== undefined) vault.keepName(given.name);
  if (given.recoveryPk !== undefined) vault.keepRecoveryPk(given.recoveryPk);
  await vault.writeSlots(wrap, userShare, draw);
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
    checkSuite(readU64(fields(fields(write.blob, 3)[0], 5)[2]));
    if (write.version < knownVersion) throw new CryptoRefusal("vault_stale");
    const vk = await shut(openSlot);
    const padded = await openBox(vk, labels.vault, write.blob, blobAad(userId, write.vkGeneration, write.version));
    const entries = readBody(unpad(padded));
    const identity = await identityOf(entries);
    const vault = new Vault(identity, entries, write.version, { vk, generation: write.vkGeneration, ...write });
    if (!equal(identity.userId, userId) || vault.keyringKey.length !== 32) malformed();
    return vault;
  } catch (failure) {
    const code = codeOf(failure);
    if (code === null || code === "vault_stale" || code === "suite_unknown") throw failure;
    throw new CryptoRefusal("vault_does_not_open");
  }
}

/** A slot that names another suite is a slot that was exchanged: it says no more than that it does not open (T5). */
async function shut(openSlot: () => Promise<Bytes>): Promise<Bytes> {
  try {
    return await openSlot();
  } catch (failure) {
    throw codeOf(failure) === null ? failure : new CryptoRefusal("vault_does_not_open");
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

function checkSizes({ blob, passwordSlot, recoverySlot }: Omit<VaultWrite, "signature">): void {
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
