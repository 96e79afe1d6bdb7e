import type * as wire from "../wire.gen.js";
import { post, put } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url } from "../crypto/text-forms.js";
import { mayBeStored, Refused } from "../net/refused.js";
import { admitted } from "./factors/asked.svelte.js";
import { knownVersions } from "./known-versions.js";
import { protocol, type Bytes, type Vault } from "./protocol.js";
import { Unlocked } from "./unlocked.js";
import { openingVault } from "./vault-stopped.js";
import { deriveFor, writeFrom, writeTo } from "./vault-wire.js";

interface Prepared {
  password: string;
  body: wire.RecoverAccount;
  vault: Vault;
  wrap: Bytes;
  userShare: Bytes;
  code: string;
}

interface Opened {
  vault: Vault;
  userShare: Bytes;
}

/** Coming back with the recovery code: it opens the vault, and then a new password and a new code take its place. */
export class Recovery {
  #unanswered: Prepared | null = null;

  private constructor(
    private readonly name: string,
    private readonly auth: Bytes,
    private readonly seed: Bytes,
  ) {}

  /** Throws `Refused`: recovery_code_invalid, wrong_credentials, vault_does_not_open … Nothing is changed yet. */
  static async begin(name: string, code: string): Promise<Recovery> {
    const crypto = await protocol();
    const keys = await crypto.recoveryKeys(code.trim());
    const recovery = new Recovery(crypto.checkName(name), keys.auth, keys.seed);
    await recovery.#open();
    return recovery;
  }

  /** Throws `Refused`: password_weak, offline … A repeat after a lost answer signs in with what was stored then. */
  async finish(password: string): Promise<{ person: Unlocked; password: string }> {
    const { checkStrength } = await protocol();
    await checkStrength(password, this.name);
    const before = this.#unanswered;
    const prepared = before ?? (await this.#prepare(password));
    try {
      return { person: await this.#send(prepared), password: prepared.password };
    } catch (reason) {
      // Neither stored then nor now: another page of the same person came first.
      const overtaken = reason instanceof Refused && reason.code === "vault_conflict";
      if (!overtaken) throw reason;
      return { person: await this.#send(await this.#prepare(password)), password };
    }
  }

  async #open(): Promise<Opened> {
    const crypto = await protocol();
    const asked = { name: this.name, recovery_auth: toBase64url(this.auth) } satisfies wire.OpenByRecovery;
    const { account_id: id, user_share, vault: stored } = await post<wire.VaultByRecovery>("/api/recovery", asked);
    const userShare = fromBase64url(user_share);
    const known = knownVersions.of(id);
    const vault = await openingVault(() =>
      crypto.openVaultByRecovery(writeFrom(stored), fromHex(id), this.seed, userShare, known),
    );
    return { vault, userShare };
  }

  async #prepare(password: string): Promise<Prepared> {
    const crypto = await protocol();
    const keys = await deriveFor(crypto, this.name, password);
    const { vault, userShare } = await this.#open();
    const code = await crypto.newRecoveryCode();
    const fresh = await crypto.recoveryKeys(code);
    await vault.changePassword(keys.wrap, userShare, fresh.pk);
    const body = {
      name: this.name,
      recovery_auth: toBase64url(this.auth),
      new_auth: toBase64url(keys.auth),
      new_recovery_auth: toBase64url(fresh.auth),
      vault: writeTo(await vault.seal()),
    };
    return { password, body, vault, wrap: keys.wrap, userShare, code };
  }

  async #send(prepared: Prepared): Promise<Unlocked> {
    try {
      const signedIn = await admitted(await put<wire.Admitted>("/api/recovery", prepared.body));
      this.#unanswered = null;
      const { vault, wrap, userShare } = prepared;
      const person = new Unlocked(signedIn.me, await protocol(), vault, wrap, userShare);
      person.recoveryCode = prepared.code;
      return person;
    } catch (reason) {
      this.#unanswered = mayBeStored(reason) ? prepared : null;
      throw reason;
    }
  }
}
