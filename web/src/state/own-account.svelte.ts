import { Refused } from "../net/refused.js";
import { PasswordChange, type NewPassword } from "./password-change.js";
import { Recovery } from "./recovery.js";
import type { OwnAccount, RecoveryStanding } from "./types.js";
import type { Unlocked } from "./unlocked.js";

interface Surroundings {
  /** Throws `session_expired` when nobody is signed in. */
  person: () => Unlocked;
  signedIn: (person: Unlocked) => Promise<void>;
  watch: <Result>(step: Promise<Result>) => Promise<Result>;
  /** The person has another KEM key: rooms are to learn of it, and none that is open seals to the one before. */
  keyRenewed: () => Promise<void>;
}

/** A person's own way in: the recovery code, the password. */
export class OwnAccountState implements OwnAccount {
  code: string | null = $state.raw(null);
  recovery: RecoveryStanding = $state.raw("none");
  #change: PasswordChange | null = null;
  #recovery: Recovery | null = null;

  constructor(private readonly app: Surroundings) {}

  /** Somebody has logged in, registered or come back. */
  async belongsTo(person: Unlocked): Promise<void> {
    this.code = person.recoveryCode;
    this.recovery = await standingOf(person);
  }

  async confirmCode(): Promise<void> {
    const person = this.app.person();
    await this.app.watch(person.save((vault) => vault.confirmRecovery()));
    this.leaveCode();
    this.recovery = await standingOf(person);
  }

  leaveCode(): void {
    this.app.person().recoveryCode = null;
    this.code = null;
  }

  changePassword = (present: string, next: string): Promise<void> =>
    this.#replace({ present, next, newCode: false, newKey: false });
  replaceCode = (present: string): Promise<void> =>
    this.#replace({ present, next: present, newCode: true, newKey: false });

  /** A counsellor's keys stand in the agency's roster, where only a coordinator can renew them. */
  async passwordStolen(present: string, next: string): Promise<void> {
    const newKey = this.app.person().me.role === "client";
    await this.#replace({ present, next, newCode: true, newKey });
    if (newKey) await this.app.keyRenewed();
  }

  async openByCode(name: string, code: string): Promise<void> {
    this.#recovery = await this.app.watch(Recovery.begin(name, code));
  }

  async recover(password: string): Promise<void> {
    if (this.#recovery === null) throw new Refused("session_expired");
    const back = await this.app.watch(this.#recovery.finish(password));
    this.#recovery = null;
    await this.app.signedIn(back.person);
    // The answer to an earlier try got lost, and that one holds: what was typed last is what the person will remember.
    if (back.password !== password) await this.changePassword(back.password, password);
  }

  forget(): void {
    this.code = null;
    this.recovery = "none";
    this.#change = null;
    this.#recovery = null;
  }

  async #replace(wish: NewPassword): Promise<void> {
    const person = this.app.person();
    if (this.#change?.person !== person) this.#change = new PasswordChange(person);
    await this.app.watch(this.#change.change(wish));
    await this.belongsTo(person);
  }
}

async function standingOf(person: Unlocked): Promise<RecoveryStanding> {
  if (person.open.recoveryPk === null) return "none";
  return (await person.open.recoveryConfirmed()) ? "confirmed" : "unconfirmed";
}
