import { type Grant } from "./changes.js";
import { type Commit } from "./commit.js";
import { type DutySeed } from "./duty.js";
import { equal, u64, type Bytes } from "./encoding.js";
import { codeOf } from "./errors.js";
import { committedKey, openEpochKey, sealEpochKey, unwrap, type EpochKey, type EpochTerms } from "./epoch.js";
import { type Identity } from "./identity.js";
import { labels } from "./labels.js";
import { type Member } from "./members.js";
import { hash } from "./symmetric.js";
import { hpkeOpen, suiteId } from "./wrapping.js";

/** What a reader holds to open epochs with. */
export interface KeySources {
  /** 32 server bytes of this room; a false one fails every commitment (T37). */
  readonly roomShare: Bytes;
  readonly me: Identity | null;
  readonly dutySeeds?: readonly DutySeed[];
  readonly keyringKey?: Bytes;
  /** Keyring entries by epoch, as the server keeps them. */
  readonly kept?: ReadonlyMap<number, Bytes>;
  readonly secrets?: ReadonlyMap<number, Bytes>;
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

  /** False when this person is meant to read the epoch and cannot (`commitment_failed`, T16). */
  async begin(terms: EpochTerms, kc: Bytes, members: readonly Member[], wraps: readonly Bytes[]): Promise<boolean> {
    const epoch: Epoch = { terms, kc, key: await this.#known(terms, kc) };
    this.#epochs.set(terms.epoch, epoch);
    if (epoch.key !== null) return true;
    const mine = members.map((member, index) => [this.#seedFor(member), member, wraps[index]] as const);
    const openable = mine.filter(([seed]) => seed !== null);
    for (const [seed, member, wrap] of openable) {
      if (seed === null || wrap === undefined) continue;
      const open = async () => unwrap(seed, wrap, terms, kc, member.fingerprint);
      epoch.key ??= await this.#committed(open, terms, kc);
    }
    if (epoch.key !== null) this.#unsaved.add(terms.epoch);
    return epoch.key !== null || openable.length === 0;
  }

  /** Takes older secrets that a commit grants to this person. False when one of them does not fit (T19). */
  async grant(commit: Commit, recipient: Bytes, grants: readonly Grant[]): Promise<boolean> {
    const { me } = this.sources;
    if (me === null || !equal(recipient, me.fingerprint)) return true;
    const opened = await Promise.all(grants.map((grant) => this.#openGrant(commit, me, grant)));
    return opened.every(Boolean);
  }

  /** Keyring entries of epochs unwrapped since the last call, for the next log-in. */
  async takeUnsaved(): Promise<[number, Bytes][]> {
    const { me, keyringKey } = this.sources;
    const epochs = [...this.#unsaved];
    this.#unsaved.clear();
    if (me === null || keyringKey === undefined) return [];
    const sealed = epochs.map(async (number): Promise<[number, Bytes]> => {
      const { terms, kc, key } = this.#epochs.get(number) ?? fail();
      const secret = key?.secret ?? fail();
      return [number, await sealEpochKey(keyringKey, me.userId, terms.room, number, kc, secret)];
    });
    return Promise.all(sealed);
  }

  async #known(terms: EpochTerms, kc: Bytes): Promise<EpochKey | null> {
    const { secrets, kept, keyringKey, me } = this.sources;
    const secret = secrets?.get(terms.epoch);
    if (secret !== undefined) return this.#committed(() => Promise.resolve(secret), terms, kc);
    const sealed = kept?.get(terms.epoch);
    if (sealed === undefined || keyringKey === undefined || me === null) return null;
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

  #seedFor(member: Member): Bytes | null {
    const { me, dutySeeds = [] } = this.sources;
    if (me !== null && equal(member.fingerprint, me.fingerprint)) return me.kemSeed;
    if (member.role !== "duty") return null;
    const fits = (one: DutySeed) => equal(one.kemPk, member.kemPk) && one.generation === member.generation;
    return dutySeeds.find((one) => fits(one) && equal(one.rootFingerprint, member.root))?.seed ?? null;
  }

  async #openGrant(commit: Commit, me: Identity, { epoch: number, wrap }: Grant): Promise<boolean> {
    const epoch = this.#epochs.get(number);
    if (epoch === undefined) return false;
    if (epoch.key !== null) return true;
    const parts = [
      u64(suiteId),
      commit.room,
      u64(number),
      epoch.kc,
      commit.logPrev,
      commit.signer,
      me.fingerprint,
    ] as const;
    const info = await hash(labels.historyGrant, ...parts);
    epoch.key = await this.#committed(() => hpkeOpen(me.kemSeed, wrap, info), epoch.terms, epoch.kc);
    if (epoch.key !== null) this.#unsaved.add(number);
    return epoch.key !== null;
  }
}

function fail(): never {
  throw new Error("An epoch that was opened has no key.");
}
