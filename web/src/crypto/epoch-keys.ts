import { type Grant } from "./changes.js";
import { type Commit } from "./commit.js";
import { type DutySeed } from "./duty.js";
import { empty, equal, type Bytes } from "./encoding.js";
import { codeOf } from "./errors.js";
import {
  committedKey,
  grantInfo,
  openEpochKey,
  sealEpochKey,
  sealGrant,
  unwrap,
  type EpochKey,
  type EpochTerms,
} from "./epoch.js";
import { type Identity } from "./identity.js";
import { type Member } from "./members.js";
import { hpkeOpen, kemPublicKey } from "./wrapping.js";

/** What a reader holds to open epochs with. */
export interface KeySources {
  /** 32 server bytes of this room; a false one fails every commitment (T37). */
  readonly roomShare: Bytes;
  readonly me?: Identity | null | undefined;
  /** For wraps from before a change of key. */
  readonly earlierKemSeeds?: readonly Bytes[] | undefined;
  readonly dutySeeds?: readonly DutySeed[] | undefined;
  readonly keyringKey?: Bytes | undefined;
  /** Keyring entries by epoch, as the server keeps them. */
  readonly kept?: ReadonlyMap<number, Bytes> | undefined;
  readonly secrets?: ReadonlyMap<number, Bytes> | undefined;
}

interface Epoch {
  readonly terms: EpochTerms;
  readonly kc: Bytes;
  key: EpochKey | null;
}

/** The epochs of one room and the keys that could be opened. */
export class EpochKeys {
  readonly #epochs = new Map<number, Epoch>();
  readonly #unsaved = new Set<number>();

  constructor(private readonly sources: KeySources) {}

  get(epoch: number): EpochKey | null {
    return this.#epochs.get(epoch)?.key ?? null;
  }

  /** True when some epoch so far cannot be opened. */
  get incomplete(): boolean {
    return [...this.#epochs.values()].some(({ key }) => key === null);
  }

  /** What is known by epoch, history granted included: for reading once more from the start. */
  get secrets(): Map<number, Bytes> {
    const opened = [...this.#epochs].flatMap(([number, { key }]) =>
      key === null ? [] : [[number, key.secret] as const],
    );
    return new Map(opened);
  }

  /** False when something that is addressed to this person fails its commitment (T16). */
  async begin(terms: EpochTerms, kc: Bytes, members: readonly Member[], wraps: readonly Bytes[]): Promise<boolean> {
    const epoch: Epoch = { terms, kc, key: await this.#known(terms, kc) };
    this.#epochs.set(terms.epoch, epoch);
    for (const [index, member] of members.entries()) {
      for (const seed of epoch.key === null ? await this.#seedsFor(member) : []) {
        const open = () => unwrap(seed, wraps[index] ?? empty, terms, kc, member.fingerprint);
        epoch.key ??= await this.#committed(open, terms, kc);
        if (epoch.key !== null) this.#unsaved.add(terms.epoch);
      }
    }
    return epoch.key !== null || !members.some((member) => this.#isForMe(member));
  }

  /**
   * Opens what history grants hand to this person; reading again from the start then shows it (T19). False when
   * something does not open or fails its commitment.
   */
  async takeGrants(commit: Commit): Promise<boolean> {
    const { me } = this.sources;
    let fits = true;
    for (const change of commit.changes) {
      if (!me || change.kind !== "history_grant" || !equal(change.fingerprint, me.fingerprint)) continue;
      for (const grant of change.grants) fits = (await this.#takeGrant(commit, me, grant)) && fits;
    }
    return fits;
  }

  /** Every secret that is known, sealed for somebody who came later: for the next commit, which names `logPrev`. */
  async grants(logPrev: Bytes, signer: Bytes, recipient: Member): Promise<Grant[]> {
    const known = [...this.#epochs.values()].sort((one, other) => one.terms.epoch - other.terms.epoch);
    const sealed: Grant[] = [];
    for (const { terms, kc, key } of known) {
      if (key !== null) sealed.push(await sealGrant(terms, kc, key.secret, logPrev, signer, recipient));
    }
    return sealed;
  }

  /** Keyring entries of epochs unwrapped since the last call, for the next log-in. */
  async takeUnsaved(): Promise<[number, Bytes][]> {
    const { me, keyringKey } = this.sources;
    if (!me || keyringKey === undefined) return [];
    const epochs = [...this.#unsaved].sort((one, other) => one - other);
    this.#unsaved.clear();
    const sealed = epochs.map(async (number): Promise<[number, Bytes]> => {
      const { terms, kc, key } = this.#epochs.get(number) ?? fail();
      const secret = key?.secret ?? fail();
      return [number, await sealEpochKey(keyringKey, me.userId, terms.room, number, kc, secret)];
    });
    return Promise.all(sealed);
  }

  /** Everything that can be opened, sealed for another vault: one's own, after a new identity. */
  keptFor(keyringKey: Bytes, owner: Bytes): Promise<[number, Bytes][]> {
    const opened = [...this.#epochs].flatMap(([number, one]) => (one.key === null ? [] : [[number, one] as const]));
    return Promise.all(
      opened.map(async ([number, { terms, kc, key }]): Promise<[number, Bytes]> => {
        const secret = key?.secret ?? fail();
        return [number, await sealEpochKey(keyringKey, owner, terms.room, number, kc, secret)];
      }),
    );
  }

  async #known(terms: EpochTerms, kc: Bytes): Promise<EpochKey | null> {
    const { secrets, kept, keyringKey, me } = this.sources;
    const secret = secrets?.get(terms.epoch);
    const given = secret === undefined ? null : await this.#committed(() => Promise.resolve(secret), terms, kc);
    const sealed = kept?.get(terms.epoch);
    if (given !== null || sealed === undefined || keyringKey === undefined || !me) return given;
    const opened = await openEpochKey(keyringKey, me.userId, terms.room, terms.epoch, kc, sealed);
    return opened === null ? null : this.#committed(() => Promise.resolve(opened), terms, kc);
  }

  async #committed(open: () => Promise<Bytes>, terms: EpochTerms, kc: Bytes): Promise<EpochKey | null> {
    try {
      return await committedKey(await open(), terms, kc, this.sources.roomShare);
    } catch (failure) {
      if (codeOf(failure) === null) throw failure;
      return null;
    }
  }

  async #seedsFor(member: Member): Promise<Bytes[]> {
    const { me, earlierKemSeeds = [], dutySeeds = [] } = this.sources;
    const seeds: Bytes[] = [];
    if (me && equal(member.fingerprint, me.fingerprint)) {
      if (equal(me.kemPk, member.kemPk)) seeds.push(me.kemSeed);
      for (const seed of earlierKemSeeds) if (equal(await kemPublicKey(seed), member.kemPk)) seeds.push(seed);
    }
    return [...seeds, ...dutySeeds.filter((duty) => isDutyKey(duty, member)).map(({ seed }) => seed)];
  }

  #isForMe(member: Member): boolean {
    const { me, dutySeeds = [] } = this.sources;
    const own = me ? equal(member.fingerprint, me.fingerprint) : false;
    return own || dutySeeds.some((duty) => isDutyKey(duty, member));
  }

  async #takeGrant(commit: Commit, me: Identity, { epoch: number, wrap }: Grant): Promise<boolean> {
    const old = this.#epochs.get(number);
    if (old === undefined || old.key !== null) return true;
    const info = await grantInfo(old.terms, old.kc, commit.logPrev, commit.signer, me.fingerprint);
    // The grant may be older than a change of one's own key.
    for (const seed of [me.kemSeed, ...(this.sources.earlierKemSeeds ?? [])]) {
      old.key ??= await this.#committed(() => hpkeOpen(seed, wrap, info), old.terms, old.kc);
    }
    if (old.key !== null) this.#unsaved.add(number);
    return old.key !== null;
  }
}

function isDutyKey({ rootFingerprint, generation }: DutySeed, { role, root, generation: listed }: Member): boolean {
  return role === "duty" && generation === listed && equal(rootFingerprint, root);
}

function fail(): never {
  throw new Error("An epoch that was opened has no key.");
}
