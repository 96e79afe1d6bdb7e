import type * as wire from "../../wire.gen.js";
import { post } from "../../net/api.js";
import { mayBeStored, Refused } from "../../net/refused.js";
import { toBase64url, toHex } from "../../crypto/text-forms.js";
import type { Bytes, Capability, Protocol, Roster, Vault } from "../protocol.js";
import { protocol } from "../protocol.js";
import { Unlocked } from "../unlocked.js";
import { admitted } from "../factors/asked.svelte.js";
import { inGroups } from "./paper.js";
import { span } from "./spans.js";
import type { Founder, Founding as FoundingView, FoundingPages, PlannedAgency } from "./types.js";

const FIRST_GENERATION = 1;

interface Secrets {
  readonly root: Bytes;
  readonly successor: Bytes;
  readonly roster: Bytes;
  readonly duty: Bytes;
}

/**
 * An agency before it exists. Its keys live in this page's memory only, and nothing is sent before `found`: whoever
 * closes the page has begun nothing. Root and successor exist on paper only afterwards.
 */
export class Founding implements FoundingView {
  #secrets: Secrets | null = null;
  #unanswered: string | null = null;

  private constructor(
    private readonly token: string,
    readonly plan: PlannedAgency,
    private readonly crypto: Protocol,
    private readonly signedIn: (person: Unlocked) => Promise<void>,
  ) {}

  /** Throws `Refused`: founding_over, offline … */
  static async look(token: string, signedIn: (person: Unlocked) => Promise<void>): Promise<Founding> {
    const [crypto, planned] = await Promise.all([
      protocol(),
      post<wire.PlannedAgency>("/api/foundings/look", { token }),
    ]);
    return new Founding(token, plannedAgency(planned), crypto, signedIn);
  }

  /** Draws the keys; asked again, it shows the same ones. */
  async pages(): Promise<FoundingPages> {
    this.#secrets ??= { root: draw(), successor: draw(), roster: draw(), duty: draw() };
    const { root, successor } = this.#secrets;
    const made = await this.crypto.makeRoot(root, successor);
    return {
      fingerprint: inGroups(made.fingerprint),
      root: inGroups(root),
      successor: inGroups(successor),
    };
  }

  /** Account, roster 1 and duty key in one request: all of it is stored, or nothing. */
  async found(founder: Founder): Promise<void> {
    const secrets = this.#secrets;
    if (secrets === null) throw new Error("An agency is founded after its pages are printed.");
    const stored = await this.#storedBefore(founder);
    if (stored !== null) return this.#done(stored);
    let rest: Omit<wire.FoundAgency, "token" | "account">;
    const fill = async (vault: Vault): Promise<void> => {
      const roster = await this.#firstRoster(vault, secrets, founder);
      vault.keepName(founder.displayName);
      vault.pinRoot(roster.rootFingerprint, "compared", this.crypto.checkPin(roster, null));
      vault.keepRosterKey(roster.rootFingerprint, secrets.roster.slice());
      vault.keepColleagues(roster.rootFingerprint, roster.certificates);
      rest = { roster: toBase64url(roster.raw), duty_seeds: await this.#dutySeeds(vault, secrets, roster, founder) };
    };
    try {
      const open = async (account: wire.OpenAccount) =>
        admitted(await post<wire.Admitted>("/api/foundings", { token: this.token, account, ...rest }));
      await this.#done(await Unlocked.register(founder.name, founder.password, fill, open));
    } catch (reason) {
      if (mayBeStored(reason)) this.#unanswered = founder.name;
      throw reason;
    }
  }

  /** The keys of the pages are gone from memory. */
  forget(): void {
    if (this.#secrets !== null) this.crypto.forget(...Object.values(this.#secrets));
    this.#secrets = null;
  }

  /** The answer to an attempt may have been lost after everything was stored: then the account is there. */
  async #storedBefore({ name, password }: Founder): Promise<Unlocked | null> {
    if (this.#unanswered !== name) return null;
    try {
      return await Unlocked.logIn(name, password);
    } catch (reason) {
      if (!(reason instanceof Refused && reason.code === "wrong_credentials")) throw reason;
      this.#unanswered = null;
      return null;
    }
  }

  async #firstRoster({ identity }: Vault, secrets: Secrets, founder: Founder): Promise<Roster> {
    const { makeRoot, signRosterKeys, signRoster, signingPublicKey, kemPublicKey, readRoster } = this.crypto;
    const now = Date.now();
    const root = await makeRoot(secrets.root, secrets.successor);
    const key = { pk: signingPublicKey(secrets.roster), holder: identity.fingerprint, ...span(now) };
    const raw = await signRoster(secrets.roster, {
      root,
      rosterKeys: await signRosterKeys(secrets.root, root, 1, [key]),
      number: 1,
      issuedAt: now,
      agencyName: this.plan.name,
      dutyGeneration: FIRST_GENERATION,
      dutyKemPk: await kemPublicKey(secrets.duty),
      certificates: [{ ...identity, displayName: founder.displayName, capabilities: capable(founder), ...span(now) }],
    });
    return readRoster(raw, root.fingerprint);
  }

  /** Sealed to the founder who counsels. Another one keeps it in the vault until somebody is there who does. */
  async #dutySeeds(vault: Vault, { duty }: Secrets, roster: Roster, founder: Founder): Promise<wire.SealedSeed[]> {
    const { fingerprint, kemPk, userId } = vault.identity;
    const { rootFingerprint: root, dutyGeneration: generation } = roster;
    if (!founder.counsels) {
      vault.keepDutySeed(root, generation, duty.slice());
      return [];
    }
    const sealed = await this.crypto.sealDutySeed(duty, root, generation, fingerprint, kemPk);
    return [{ holder: toHex(userId), generation, sealed: toBase64url(sealed) }];
  }

  async #done(person: Unlocked): Promise<void> {
    this.forget();
    await this.signedIn(person);
  }
}

const plannedAgency = (planned: wire.PlannedAgency): PlannedAgency => ({
  name: planned.name,
  about: { de: planned.about_de, en: planned.about_en },
  address: planned.address,
  phone: planned.phone,
  topics: planned.topics,
  zone: planned.zone,
  areas: planned.areas,
  fallback: planned.fallback,
  expiresAt: new Date(planned.expires_at),
});

const capable = ({ counsels }: Founder): Capability[] =>
  counsels ? ["coordinate", "counsel", "duty"] : ["coordinate"];

const draw = (): Bytes => crypto.getRandomValues(new Uint8Array(32));
