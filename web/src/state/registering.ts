import type * as wire from "../wire.gen.js";
import { equal } from "../crypto/encoding.js";
import { post } from "../net/api.js";
import { isUnanswered } from "../net/refused.js";
import type { Vault } from "./protocol.js";
import { Unlocked, type BegunAccount } from "./unlocked.js";

interface Begun extends BegunAccount {
  readonly name: string;
  readonly password: string;
}

/**
 * A client's account, opened once also where the answer gets lost: it goes out again verbatim, and a name that is taken
 * by then may be taken by this very account.
 */
export class Registering {
  /** Sent without an answer. */
  #unanswered: Begun | null = null;

  /** Throws `Refused`: name_taken, name_invalid, password_weak, offline … */
  async register(name: string, password: string, fill: (vault: Vault) => void | Promise<void>): Promise<Unlocked> {
    const sent = this.#unanswered;
    const known = sent?.name === name && sent.password === password ? sent : null;
    const begun = known ?? { ...(await Unlocked.begin(name, password, fill)), name, password };
    try {
      const person = begun.opened(await post<wire.SignedIn>("/api/registration", begun.account));
      this.forget();
      return person;
    } catch (reason) {
      if (isUnanswered(reason)) this.#unanswered = begun;
      if (isUnanswered(reason) || known === null) throw reason;
      return this.#logIn(known, reason);
    }
  }

  /** With the password that nobody else knows; `refused`: what the server said to the repeat, if it is not the same account. */
  async #logIn(begun: Begun, refused: unknown): Promise<Unlocked> {
    const person = await Unlocked.logIn(begun.name, begun.password).catch((reason: unknown) => {
      if (isUnanswered(reason)) throw reason;
      this.forget();
      throw refused;
    });
    this.forget();
    if (equal(person.identity.fingerprint, begun.fingerprint)) person.recoveryCode = begun.code;
    return person;
  }

  forget(): void {
    this.#unanswered = null;
  }
}
