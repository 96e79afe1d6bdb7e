import { openDutyKey, type DutySeed } from "./duty.js";
import {
  displayName,
  each,
  empty,
  equal,
  fields,
  flag,
  lp,
  readFlag,
  readName,
  readU64,
  sized,
  split,
  u64,
  utf8,
  word,
  type Bytes,
} from "./encoding.js";
import { CryptoRefusal, malformed } from "./errors.js";
import { openIdentity, type Identity } from "./identity.js";
import { labels } from "./labels.js";
import { type Capability, type Certificate, readCapability, type RosterPin } from "./roster.js";
import { hash } from "./symmetric.js";
import { atLeast, type VaultEntries } from "./vault-entries.js";
import { VaultProofs } from "./vault-proofs.js";
import { judgementsOf, readWay, strongerWay, type HowKnown } from "./vault-merge.js";
import { suiteId } from "./wrapping.js";

/** An agency root that this person trusts, and the newest roster seen of it. */
export interface RootPin {
  readonly fingerprint: Bytes;
  readonly how: HowKnown;
  readonly pin: RosterPin;
}

/** A person whose keys are pinned; `verified` after a comparison of safety numbers, `unequal` when the last one differed. */
export interface PersonPin {
  readonly userId: Bytes;
  readonly edPk: Bytes;
  readonly kemSeq: number;
  /** `H("kem pin", kem_pk)` */
  readonly kemPin: Bytes;
  readonly verified: boolean;
  readonly unequal: boolean;
}

/** Somebody whom this coordinator has invited, as what, and the secret of the link. */
export interface Invited {
  readonly secret: Bytes;
  readonly displayName: string;
  readonly capabilities: readonly Capability[];
}

/** The entries of a vault by what they mean. Fields that a later version put behind the known ones are kept. */
export class VaultPages extends VaultProofs {
  constructor(
    public identity: Identity,
    entries: VaultEntries,
  ) {
    super(entries);
  }

  keepIdentity({ edSeed, kemSeed, kemSeq }: Identity): void {
    this.put("identity", empty, edSeed, kemSeed, u64(kemSeq), u64(suiteId));
  }

  /** After a new identity: for what was wrapped for the one before, and to know what one has written oneself. */
  keepIdentityBefore({ fingerprint, edSeed, kemSeed, kemSeq }: Identity): void {
    this.put("identity_before", fingerprint, edSeed, kemSeed, u64(kemSeq), u64(suiteId));
  }

  /** Fingerprints of the identities that this person had before. */
  get earlierFingerprints(): Bytes[] {
    return this.entries.all("identity_before").map(({ id }) => id);
  }

  get keyringKey(): Bytes {
    return sized(this.fields("keyring", empty, 1)?.[0] ?? malformed(), 32);
  }

  /** The pseudonym that is shown, or null. Raises `name_invalid` when set to what could deceive the eye. */
  get name(): string | null {
    const found = this.fields("name", empty, 1)?.[0];
    return found === undefined ? null : readName(found);
  }

  keepName(name: string): void {
    this.put("name", empty, displayName(name));
  }

  /** Keeps the newest roster seen of an agency; how a root came to be known never gets weaker. */
  pinRoot(fingerprint: Bytes, how: HowKnown, pin: RosterPin): void {
    const before = this.fields("root", fingerprint, 4)?.[0];
    const stronger = before === undefined ? how : strongerWay(how, readWay(before));
    this.put("root", fingerprint, utf8(stronger), u64(pin.number), pin.hash, u64(pin.keysSeq));
  }

  roots(): RootPin[] {
    return this.entries.all("root").map(({ id, value }) => readRootPin(id, value));
  }

  root(fingerprint: Bytes): RootPin | null {
    const value = this.entries.get("root", fingerprint);
    return value === null ? null : readRootPin(fingerprint, value);
  }

  /** Raises `kem_statement_stale` for an older key or another of the same number, `pins_contradict` for another person (T13). */
  async pinPerson(userId: Bytes, edPk: Bytes, kemSeq: number, kemPk: Bytes, verified = false): Promise<void> {
    const kemPin = await hash(labels.kemPin, kemPk);
    const known = this.person(userId);
    if (known !== null) checkPersonPin(known, edPk, kemSeq, kemPin);
    this.put("person", userId, edPk, u64(kemSeq), kemPin, flag(verified || known?.verified === true));
  }

  person(userId: Bytes): PersonPin | null {
    const found = this.fields("person", userId, 4);
    if (found === null) return null;
    const [edPk, kemSeq, kemPin, verified] = found as [Bytes, Bytes, Bytes, Bytes];
    const unequal = this.#judgements(userId) % 2 === 1;
    return { userId, edPk, kemSeq: readU64(kemSeq), kemPin, verified: readFlag(verified), unequal };
  }

  /** What comparing with a pinned person came to last; nothing resets it but comparing once more (T13). */
  keepJudgement(userId: Bytes, isEqual: boolean): void {
    if (this.person(userId)?.unequal !== isEqual) return;
    const known = this.fields("person", userId, 4) ?? [];
    this.put("person", userId, ...known.slice(0, 4), u64(this.#judgements(userId) + 1));
  }

  #judgements(userId: Bytes): number {
    return judgementsOf(this.entries.get("person", userId) ?? malformed());
  }

  /** For wraps from before a change of key. */
  get earlierKemSeeds(): Bytes[] {
    return this.entries.all("kem_before").map(({ value }) => atLeast(value, 1)[0] ?? malformed());
  }

  keepKemBefore(seq: number, seed: Bytes): void {
    this.put("kem_before", u64(seq), seed);
  }

  keepDutySeed(rootFingerprint: Bytes, generation: number, seed: Bytes): void {
    this.put("duty", lp(rootFingerprint, u64(generation)), seed);
  }

  dutySeeds(): Promise<DutySeed[]> {
    return Promise.all(
      this.entries.all("duty").map(({ id, value }) => {
        const [rootFingerprint, generation] = fields(id, 2);
        return openDutyKey(rootFingerprint, readU64(generation), atLeast(value, 1)[0] ?? malformed());
      }),
    );
  }

  /** A coordinator's key: signs the rosters of the agency with this root. */
  keepRosterKey(rootFingerprint: Bytes, seed: Bytes): void {
    this.put("roster_key", rootFingerprint, sized(seed, 32));
  }

  rosterKey(rootFingerprint: Bytes): Bytes | null {
    return this.fields("roster_key", rootFingerprint, 1)?.[0] ?? null;
  }

  /** The certificates of an agency that this person has been shown, so that each new one is noticed (T50). */
  keepColleagues(rootFingerprint: Bytes, certificates: readonly Certificate[]): void {
    this.put("colleagues", rootFingerprint, lp(...certificates.map(writeColleague)));
  }

  /** Whether exactly this certificate was shown before. */
  knowsColleague(rootFingerprint: Bytes, certificate: Certificate): boolean {
    const shown = this.fields("colleagues", rootFingerprint, 1)?.[0] ?? empty;
    return split(shown).some((one) => equal(one, writeColleague(certificate)));
  }

  /** Whom this coordinator has invited; the server's word on it is not needed. */
  keepInvitation(id: Bytes, { secret, displayName: name, capabilities }: Invited): void {
    this.put(
      "invitation",
      sized(id, 16),
      sized(secret, 32),
      displayName(name),
      lp(...[...capabilities].sort().map(word)),
    );
  }

  invitation(id: Bytes): Invited | null {
    const found = this.fields("invitation", id, 3);
    if (found === null) return null;
    const [secret, name, listed] = found as [Bytes, Bytes, Bytes];
    return { secret, displayName: readName(name), capabilities: each(listed, readCapability, 3) };
  }

  /** It has led to a certificate, or was withdrawn. */
  dropInvitation(id: Bytes): void {
    this.entries.drop("invitation", id);
  }

  /** Whether this person was ever shown who works at that agency. */
  hasMetColleagues(rootFingerprint: Bytes): boolean {
    return this.entries.get("colleagues", rootFingerprint) !== null;
  }

  keepCheckpoint(room: Bytes, checkpoint: Bytes): void {
    this.put("checkpoint", room, checkpoint);
  }

  checkpoint(room: Bytes): Bytes | null {
    return this.fields("checkpoint", room, 1)?.[0] ?? null;
  }

  keepRecoveryPk(publicKey: Bytes): void {
    this.put("recovery", empty, publicKey);
  }

  get recoveryPk(): Bytes | null {
    return this.fields("recovery", empty, 1)?.[0] ?? null;
  }

  /** The person has shown that they kept the present code. */
  async confirmRecovery(): Promise<void> {
    if (this.recoveryPk !== null) this.put("recovery_confirmed", await hash(labels.kemPin, this.recoveryPk));
  }

  /** Of the present code only: an earlier one's confirmation says nothing about it. */
  async recoveryConfirmed(): Promise<boolean> {
    const key = this.recoveryPk;
    return key !== null && this.entries.get("recovery_confirmed", await hash(labels.kemPin, key)) !== null;
  }

  forget(): void {
    for (const { value } of this.entries.sorted()) value.fill(0);
    this.identity.edSeed.fill(0);
    this.identity.kemSeed.fill(0);
  }
}

/** The person whose vault this is; public keys are computed anew from the seeds (T8). */
export function identityOf(entries: VaultEntries): Promise<Identity> {
  const found = atLeast(entries.get("identity"), 4) as [Bytes, Bytes, Bytes, Bytes];
  const [edSeed, kemSeed, kemSeq, suite] = found;
  if (readU64(suite) !== suiteId) throw new CryptoRefusal("suite_unknown");
  return openIdentity(sized(edSeed, 32), sized(kemSeed, 32), readU64(kemSeq));
}

function writeColleague({ fingerprint, kemSeq, displayName: name, capabilities }: Certificate): Bytes {
  return lp(fingerprint, u64(kemSeq), displayName(name), lp(...[...capabilities].sort().map(utf8)));
}

function readRootPin(fingerprint: Bytes, value: Bytes): RootPin {
  const [how, number, rosterHash, keysSeq] = atLeast(value, 4) as [Bytes, Bytes, Bytes, Bytes];
  return {
    fingerprint,
    how: readWay(how),
    pin: { number: readU64(number), hash: rosterHash, keysSeq: readU64(keysSeq) },
  };
}

function checkPersonPin(known: PersonPin, edPk: Bytes, kemSeq: number, kemPin: Bytes): void {
  if (!equal(known.edPk, edPk)) throw new CryptoRefusal("pins_contradict");
  const contradicts = kemSeq === known.kemSeq && !equal(kemPin, known.kemPin);
  if (kemSeq < known.kemSeq || contradicts) throw new CryptoRefusal("kem_statement_stale");
}
