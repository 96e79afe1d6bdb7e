import { equal, fields, labelled, lp, readU64, sized, u64, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { type Identity } from "./identity.js";
import { labels } from "./labels.js";
import { type Roster } from "./roster.js";
import { hash } from "./symmetric.js";
import { checkSuite, hpkeOpen, hpkeSeal, kemPublicKey, suiteId } from "./wrapping.js";

/** The key of an agency that reads for whoever is away. It opens rooms and signs nothing. */
export interface DutySeed {
  readonly rootFingerprint: Bytes;
  readonly generation: number;
  readonly seed: Bytes;
  readonly kemPk: Bytes;
}

export async function openDutyKey(rootFingerprint: Bytes, generation: number, seed: Bytes): Promise<DutySeed> {
  return { rootFingerprint, generation, seed, kemPk: await kemPublicKey(seed) };
}

export function dutyFingerprint(rootFingerprint: Bytes, generation: number, kemPk: Bytes): Promise<Bytes> {
  return hash(labels.dutyFingerprint, rootFingerprint, u64(generation), kemPk);
}

export async function sealDutySeed(
  seed: Bytes,
  rootFingerprint: Bytes,
  generation: number,
  holderFingerprint: Bytes,
  holderKemPk: Bytes,
): Promise<Bytes> {
  const kemPk = await kemPublicKey(seed);
  const head = lp(labels.dutySeed, u64(suiteId), rootFingerprint, u64(generation), kemPk, holderFingerprint);
  return lp(head, await hpkeSeal(holderKemPk, seed, await hash(labels.dutySeedInfo, head)));
}

/** Whether this is the duty key that the roster names. */
export function isListed(duty: DutySeed, roster: Roster): boolean {
  const same = equal(duty.rootFingerprint, roster.rootFingerprint) && equal(duty.kemPk, roster.dutyKemPk);
  return same && duty.generation === roster.dutyGeneration;
}

/** Raises `duty_seed_invalid`. The caller compares `kemPk` and `generation` with the newest roster (T41). */
export async function openDutySeed(sealed: Bytes, holder: Identity, rootFingerprint: Bytes): Promise<DutySeed> {
  try {
    const [head, wrapped] = fields(sealed, 2);
    const [suite, root, generationField, kemPk, fingerprint] = labelled(head, labels.dutySeed, 5);
    checkSuite(readU64(suite));
    const generation = readU64(generationField);
    const seed = sized(await hpkeOpen(holder.kemSeed, wrapped, await hash(labels.dutySeedInfo, head)), 32);
    const key = await openDutyKey(root, generation, seed);
    const mine = equal(fingerprint, holder.fingerprint) && equal(root, rootFingerprint) && equal(key.kemPk, kemPk);
    if (mine) return key;
  } catch (failure) {
    if (codeOf(failure) === null) throw failure;
  }
  throw new CryptoRefusal("duty_seed_invalid");
}
