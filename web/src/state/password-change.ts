import type * as wire from "../wire.gen.js";
import { put } from "../net/api.js";
import { toBase64url } from "../crypto/text-forms.js";
import { isUnanswered, Refused } from "../net/refused.js";
import type { Bytes, Vault } from "./protocol.js";
import type { Unlocked } from "./unlocked.js";
import { deriveFor, writeTo } from "./vault-wire.js";

const ATTEMPTS = 3;

/**
 * What is wished: the present password, the one from then on, and whether the recovery code and the key that others
 * seal to are replaced as well.
 */
export interface NewPassword {
  present: string;
  next: string;
  newCode: boolean;
  newKey: boolean;
}

interface Prepared {
  wish: NewPassword;
  body: wire.ChangePassword;
  vault: Vault;
  wrap: Bytes;
  code: string | null;
}

/** Another password, another recovery code, or both. Until the server has stored it, everything is as it was. */
export class PasswordChange {
  /** Sent without an answer: it may hold already, so it goes out again verbatim before anything else is tried. */
  #unanswered: Prepared | null = null;

  constructor(readonly person: Unlocked) {}

  /** Throws `Refused`: wrong_credentials, password_weak, offline … */
  async change(wish: NewPassword): Promise<void> {
    if (wish.next !== wish.present) await this.person.protocol.checkStrength(wish.next, this.person.me.name);
    await this.person.inTurn(async () => {
      const settled = await this.#settle();
      if (settled !== null && same(settled, wish)) return;
      await this.#change(settled?.present === wish.present ? { ...wish, present: settled.next } : wish);
    });
  }

  /** The wish whose answer got lost, once it is known to hold; null when there was none, or it was never stored. */
  async #settle(): Promise<NewPassword | null> {
    const before = this.#unanswered;
    if (before === null) return null;
    try {
      await this.#send(before);
      return before.wish;
    } catch (reason) {
      if (this.#unanswered !== null) throw reason;
      return null;
    }
  }

  async #change(wish: NewPassword): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(await this.#prepare(wish));
      } catch (reason) {
        const overtaken = reason instanceof Refused && reason.code === "vault_conflict";
        if (!overtaken || attempt === ATTEMPTS) throw reason;
      }
    }
  }

  async #prepare(wish: NewPassword): Promise<Prepared> {
    const { protocol, me } = this.person;
    const present = await deriveFor(protocol, me.name, wish.present);
    const next = wish.next === wish.present ? present : await deriveFor(protocol, me.name, wish.next);
    const vault = await this.person.newest();
    const code = wish.newCode ? await protocol.newRecoveryCode() : null;
    const recovery = code === null ? null : await protocol.recoveryKeys(code);
    await vault.changePassword(next.wrap, this.person.share, recovery?.pk ?? null);
    if (wish.newKey) await vault.renewKemKey();
    const body = {
      auth: toBase64url(present.auth),
      new_auth: toBase64url(next.auth),
      new_recovery_auth: recovery === null ? null : toBase64url(recovery.auth),
      kem_statement: wish.newKey ? toBase64url(vault.identity.kemStatement) : null,
      vault: writeTo(await vault.seal()),
    };
    return { wish, body, vault, wrap: next.wrap, code };
  }

  async #send(prepared: Prepared): Promise<void> {
    try {
      await put<wire.PasswordChanged>("/api/password", prepared.body);
    } catch (reason) {
      const asked = this.#unanswered === prepared && isPutOff(reason);
      this.#unanswered = asked || isUnanswered(reason) ? prepared : null;
      throw reason;
    }
    this.#unanswered = null;
    this.person.use(prepared.vault, prepared.wrap);
    if (prepared.code !== null) this.person.recoveryCode = prepared.code;
  }
}

/** Neither yes nor no: whether the earlier one holds is as unknown as before. */
const isPutOff = (reason: unknown): boolean =>
  reason instanceof Refused &&
  ["too_many_requests", "too_busy", "unavailable", "session_expired"].includes(reason.code);

const same = (one: NewPassword, other: NewPassword): boolean =>
  one.present === other.present &&
  one.next === other.next &&
  one.newCode === other.newCode &&
  one.newKey === other.newKey;
