import type { OwnAccount, RecoveryStanding } from "./types.js";
import type { Unlocked } from "./unlocked.js";

/** A person's own way in: the recovery code, the password. */
export class OwnAccountState implements OwnAccount {
  code: string | null = $state.raw(null);
  recovery: RecoveryStanding = $state.raw("none");

  /** `person` throws `session_expired` when nobody is signed in. */
  constructor(private readonly person: () => Unlocked) {}

  /** Somebody has logged in, registered or come back. */
  async belongsTo(person: Unlocked): Promise<void> {
    this.code = person.recoveryCode;
    this.recovery = await standingOf(person);
  }

  async confirmCode(): Promise<void> {
    const person = this.person();
    await person.save((vault) => vault.confirmRecovery());
    this.leaveCode();
    this.recovery = await standingOf(person);
  }

  leaveCode(): void {
    this.person().recoveryCode = null;
    this.code = null;
  }

  forget(): void {
    this.code = null;
    this.recovery = "none";
  }
}

async function standingOf(person: Unlocked): Promise<RecoveryStanding> {
  if (person.open.recoveryPk === null) return "none";
  return (await person.open.recoveryConfirmed()) ? "confirmed" : "unconfirmed";
}
