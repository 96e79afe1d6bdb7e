import type * as wire from "../wire.gen.js";
import { get, post, put } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url } from "../crypto/text-forms.js";
import { Refused } from "../net/refused.js";
import { protocol, type Bytes, type Identity, type Protocol, type Vault, type VaultWrite } from "./protocol.js";

const SAVE_ATTEMPTS = 4;

/** A signed-in person with an open vault. Lives in page memory only; `forget` wipes what can be wiped. */
export class Unlocked {
  #saving: Promise<void> = Promise.resolve();
  /** Made on this page and not yet confirmed: the only moment in which it can be shown. */
  recoveryCode: string | null = null;

  private constructor(
    readonly me: wire.Me,
    readonly protocol: Protocol,
    private vault: Vault,
    private readonly wrap: Bytes,
    private readonly userShare: Bytes,
  ) {}

  get identity(): Identity {
    return this.vault.identity;
  }

  get open(): Vault {
    return this.vault;
  }

  /** Throws `Refused`: wrong_credentials, vault_does_not_open, password_suite_unknown, offline … */
  static async logIn(name: string, password: string): Promise<Unlocked> {
    const crypto = await protocol();
    const checked = crypto.checkName(name);
    const keys = await deriveFor(crypto, checked, password);
    const signedIn = await post<wire.SignedIn>("/api/login", { name: checked, auth: toBase64url(keys.auth) });
    const stored = await get<wire.StoredVault>("/api/vault");
    const userShare = fromBase64url(signedIn.user_share);
    const vault = await crypto.openVault(writeFrom(stored), fromHex(signedIn.me.account_id), keys.wrap, userShare);
    return new Unlocked(signedIn.me, crypto, vault, keys.wrap, userShare);
  }

  /**
   * Makes an account with its vault and hands it to the server; `open` says by what, unless it is a client's. Throws
   * `Refused`: name_taken, name_invalid, password_weak, offline …
   */
  static async register(
    name: string,
    password: string,
    fill: (vault: Vault) => void | Promise<void>,
    open: (account: wire.OpenAccount) => Promise<wire.SignedIn> = (account) => post("/api/registration", account),
  ): Promise<Unlocked> {
    const crypto = await protocol();
    const checked = crypto.checkName(name);
    await crypto.checkStrength(password, checked);
    const issued = await post<wire.ShareIssued>("/api/shares", { purpose: "user" });
    const keys = await deriveFor(crypto, checked, password);
    const identity = await crypto.newIdentity();
    const userShare = fromBase64url(issued.share);
    const code = await crypto.newRecoveryCode();
    const recovery = await crypto.recoveryKeys(code);
    const vault = await crypto.newVault(identity, keys.wrap, userShare, { name: checked, recoveryPk: recovery.pk });
    await fill(vault);
    const signedIn = await open({
      name: checked,
      auth: toBase64url(keys.auth),
      recovery_auth: toBase64url(recovery.auth),
      password_suite: keys.suite,
      signing_key: toBase64url(identity.edPk),
      kem_statement: toBase64url(identity.kemStatement),
      share_ticket: issued.ticket,
      vault: writeTo(await vault.seal()),
    });
    crypto.forget(recovery.seed, recovery.auth);
    const person = new Unlocked(signedIn.me, crypto, vault, keys.wrap, userShare);
    person.recoveryCode = code;
    return person;
  }

  /** The login key of a password: asked once more where an open page must not suffice. */
  async authFor(password: string): Promise<Bytes> {
    const { auth, wrap } = await deriveFor(this.protocol, this.me.name, password);
    this.protocol.forget(wrap);
    return auth;
  }

  /** Changes the vault and writes it; another browser's newer version is merged first. One save at a time. */
  async save(change: (vault: Vault) => void): Promise<void> {
    change(this.vault);
    const saved = this.#saving.then(() => this.#write());
    this.#saving = saved.catch(() => undefined);
    await saved;
  }

  async #write(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await put<wire.VaultWritten>("/api/vault", writeTo(await this.vault.seal()));
        return;
      } catch (reason) {
        if (!(reason instanceof Refused && reason.code === "vault_conflict") || attempt === SAVE_ATTEMPTS) throw reason;
        await this.#mergeNewer();
      }
    }
  }

  async #mergeNewer(): Promise<void> {
    const stored = await get<wire.StoredVault>("/api/vault");
    const newer = await this.protocol.openVault(
      writeFrom(stored),
      fromHex(this.me.account_id),
      this.wrap,
      this.userShare,
    );
    newer.merge(this.vault);
    this.vault = newer;
  }

  forget(): void {
    this.vault.forget();
    this.protocol.forget(this.wrap, this.userShare);
  }
}

async function deriveFor(crypto: Protocol, name: string, password: string) {
  const parameters = await get<wire.PasswordParameters>("/api/password-parameters", { name });
  const salt = fromBase64url(parameters.server_salt);
  const keys = await crypto.derive(password, name, salt, parameters.password_suite);
  return { ...keys, suite: parameters.password_suite };
}

const writeFrom = (stored: wire.StoredVault): VaultWrite => ({
  version: stored.version,
  vkGeneration: stored.vk_generation,
  blob: fromBase64url(stored.blob),
  passwordSlot: fromBase64url(stored.password_slot),
  recoverySlot: stored.recovery_slot === null ? new Uint8Array() : fromBase64url(stored.recovery_slot),
  signature: fromBase64url(stored.signature),
});

const writeTo = (write: VaultWrite): wire.VaultWrite => ({
  version: write.version,
  vk_generation: write.vkGeneration,
  blob: toBase64url(write.blob),
  password_slot: toBase64url(write.passwordSlot),
  recovery_slot: write.recoverySlot.length === 0 ? null : toBase64url(write.recoverySlot),
  signature: toBase64url(write.signature),
});
