import type * as wire from "../wire.gen.js";
import { get, post, put } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url } from "../crypto/text-forms.js";
import { effort } from "./effort/effort.svelte.js";
import { Refused } from "../net/refused.js";
import { admitted } from "./factors/asked.svelte.js";
import { knownVersions } from "./known-versions.js";
import { protocol, type Bytes, type Identity, type Protocol, type Vault } from "./protocol.js";
import { openingVault } from "./vault-stopped.js";
import { deriveFor, writeFrom, writeTo } from "./vault-wire.js";

const SAVE_ATTEMPTS = 4;

type Fill = (vault: Vault) => void | Promise<void>;

/** An account that was made on this page, and that the server may or may not have. */
export interface BegunAccount {
  readonly account: wire.OpenAccount;
  readonly code: string;
  readonly fingerprint: Bytes;
  opened(signedIn: wire.SignedIn): Unlocked;
}

/** A signed-in person with an open vault. Lives in page memory only; `forget` wipes what can be wiped. */
export class Unlocked {
  #turn: Promise<unknown> = Promise.resolve();
  /** Made on this page and not yet confirmed: the only moment in which it can be shown. */
  recoveryCode: string | null = null;

  constructor(
    public me: wire.Me,
    readonly protocol: Protocol,
    private vault: Vault,
    private wrap: Bytes,
    private userShare: Bytes,
  ) {
    knownVersions.saw(me.account_id, vault.version);
  }

  get identity(): Identity {
    return this.vault.identity;
  }

  get open(): Vault {
    return this.vault;
  }

  /** The server's share, without which no slot opens. */
  get share(): Bytes {
    return this.userShare;
  }

  /** Throws `Refused`: wrong_credentials, vault_does_not_open, vault_stale, password_suite_unknown, offline … */
  static async logIn(name: string, password: string): Promise<Unlocked> {
    const crypto = await protocol();
    const checked = crypto.checkName(name);
    const keys = await deriveFor(crypto, checked, password);
    const answer = await post<wire.Admitted>("/api/login", { name: checked, auth: toBase64url(keys.auth) });
    return Unlocked.#opened(crypto, keys.wrap, await admitted(answer));
  }

  /** Whoever has signed in elsewhere: the password opens the vault only. Throws `passphrase_wrong`, and as `logIn`. */
  static async openFor(signedIn: wire.SignedIn, password: string): Promise<Unlocked> {
    const crypto = await protocol();
    const { wrap } = await deriveFor(crypto, signedIn.me.name, password);
    try {
      return await Unlocked.#opened(crypto, wrap, signedIn);
    } catch (reason) {
      // No server has compared the password before: it is the likelier fault, and trying again does no harm.
      throw reason instanceof Refused && reason.code === "vault_does_not_open"
        ? new Refused("passphrase_wrong")
        : reason;
    }
  }

  static async #opened(crypto: Protocol, wrap: Bytes, signedIn: wire.SignedIn): Promise<Unlocked> {
    const stored = await get<wire.StoredVault>("/api/vault");
    const userShare = fromBase64url(signedIn.user_share);
    const id = signedIn.me.account_id;
    const known = knownVersions.of(id);
    const vault = await openingVault(() => crypto.openVault(writeFrom(stored), fromHex(id), wrap, userShare, known));
    return new Unlocked(signedIn.me, crypto, vault, wrap, userShare);
  }

  /**
   * Makes an account with its vault and hands it to the server; `open` says by what, unless it is a client's. Throws
   * `Refused`: name_taken, name_invalid, password_weak, offline …
   */
  static async register(
    name: string,
    password: string,
    fill: Fill,
    open: (account: wire.OpenAccount) => Promise<wire.SignedIn>,
  ): Promise<Unlocked> {
    const begun = await Unlocked.begin(name, password, fill);
    return begun.opened(await open(begun.account));
  }

  /** Makes an account with its vault; nobody has it yet. */
  static async begin(name: string, password: string, fill: Fill): Promise<BegunAccount> {
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
    const account = {
      name: checked,
      auth: toBase64url(keys.auth),
      recovery_auth: toBase64url(recovery.auth),
      password_suite: keys.suite,
      signing_key: toBase64url(identity.edPk),
      kem_statement: toBase64url(identity.kemStatement),
      share_ticket: issued.ticket,
      vault: writeTo(await vault.seal()),
      effort: await effort.for(issued),
    };
    crypto.forget(recovery.seed, recovery.auth);
    const opened = ({ me }: wire.SignedIn): Unlocked => {
      const person = new Unlocked(me, crypto, vault, keys.wrap, userShare);
      person.recoveryCode = code;
      return person;
    };
    return { account, code, fingerprint: identity.fingerprint, opened };
  }

  /** The login key of a password: asked once more where an open page must not suffice. */
  async authFor(password: string): Promise<Bytes> {
    const { auth, wrap } = await deriveFor(this.protocol, this.me.name, password);
    this.protocol.forget(wrap);
    return auth;
  }

  /** The same person after logging in once more: what was not saved yet goes on, and no open room notices. */
  async renew(fresh: Unlocked): Promise<void> {
    await openingVault(() => fresh.vault.merge(this.vault));
    this.me = fresh.me;
    this.use(fresh.vault, fresh.wrap, fresh.userShare);
  }

  /** From now on this vault, under these keys. */
  use(vault: Vault, wrap: Bytes, userShare: Bytes = this.userShare): void {
    [this.vault, this.wrap, this.userShare] = [vault, wrap, userShare];
    knownVersions.saw(this.me.account_id, vault.version);
  }

  /** Changes the vault and writes it; another browser's newer version is merged first. One save at a time. */
  save(change: (vault: Vault) => void | Promise<void>): Promise<void> {
    return this.inTurn(async () => {
      await change(this.vault);
      await this.#write();
    });
  }

  /** Takes over what another browser of this person has stored meanwhile. */
  catchUp(): Promise<void> {
    return this.inTurn(async () => {
      this.vault = await this.newest();
    });
  }

  /** One write of the vault at a time: two of this page would refuse each other. */
  inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const write = await this.vault.seal();
        await put<wire.VaultWritten>("/api/vault", writeTo(write));
        knownVersions.saw(this.me.account_id, write.version);
        return;
      } catch (reason) {
        if (!(reason instanceof Refused && reason.code === "vault_conflict") || attempt === SAVE_ATTEMPTS) throw reason;
        this.vault = await this.newest();
      }
    }
  }

  /**
   * The server's vault with everything that only this page knows. Throws `vault_stale` (T7), `pins_contradict`; when
   * the password was changed elsewhere, `session_expired`: whoever logs in with the new one goes on as before.
   */
  async newest(): Promise<Vault> {
    const stored = writeFrom(await get<wire.StoredVault>("/api/vault"));
    const known = knownVersions.of(this.me.account_id);
    const id = fromHex(this.me.account_id);
    return openingVault(async () => {
      const newer = await this.protocol.openVault(stored, id, this.wrap, this.userShare, known).catch((reason) => {
        throw stored.vkGeneration > this.vault.generation ? new Refused("session_expired") : reason;
      });
      newer.merge(this.vault);
      return newer;
    });
  }

  forget(): void {
    this.vault.forget();
    this.protocol.forget(this.wrap, this.userShare);
    this.recoveryCode = null;
  }
}
