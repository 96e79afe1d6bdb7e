import { type Change, type ChangeOf } from "./changes.js";
import { type Commit } from "./commit.js";
import { equal, lp, u64, type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { fingerprintOf } from "./identity.js";
import { labels } from "./labels.js";
import { type RoomLog } from "./log.js";
import { byFingerprint, isHelper, type Member, type Role } from "./members.js";
import { certified, type Capability, type Roster } from "./roster.js";
import { verify } from "./signing.js";
import { toHex } from "./text-forms.js";
import { suiteId } from "./wrapping.js";

/** Whoever signs, as the changes so far have left them; null once they have left the room. */
export type Standing = Role | "duty_holder" | null;

/**
 * Where a commit is judged: the state as its changes leave it one after the other (T42). Raises `commit_inconsistent`,
 * `commit_not_allowed`, `not_certified`, `kem_statement_stale`, `signature_invalid`, `key_invalid`.
 */
export class Bench {
  readonly members: Map<string, Member>;
  readonly barred: Set<string>;
  closed: boolean;
  #signer: Bytes;
  readonly #listed: ReadonlyMap<string, Member>;

  constructor(
    private readonly log: RoomLog,
    private readonly commit: Commit,
    readonly rosters: ReadonlyMap<string, Roster>,
    private standing: Standing,
  ) {
    this.members = new Map(log.members);
    this.barred = new Set(log.barred);
    this.closed = log.closed;
    this.#signer = commit.signer;
    this.#listed = byFingerprint(commit.members);
  }

  async apply(change: Change): Promise<void> {
    switch (change.kind) {
      case "add":
        return this.#add(change.fingerprint);
      case "remove":
        return this.#remove(change.fingerprint);
      case "key_change":
        return this.#changeKey(change.fingerprint);
      case "duty_change":
        return this.#changeDuty(change.generation);
      case "standby_off":
        return this.#switchStandbyOff();
      case "standby_on":
        return this.#switchStandbyOn();
      case "takeover":
        return this.#takeOver(change.fingerprint);
      case "rekey":
        return this.#rekey(change);
      case "rotate":
        return allow(this.#isPerson());
      case "history_grant":
        return this.#grantHistory(change);
      case "close":
        return this.#close();
    }
  }

  #add(fingerprint: Bytes): void {
    const joining = this.#newcomer(fingerprint);
    expect(isHelper(joining));
    if (this.standing !== "client") {
      const near = [this.log.rootFingerprint, ...this.log.helperRoots].some((root) => equal(root, joining.root));
      const entitled = this.#helps() || this.standing === "duty_holder";
      allow(entitled && near && !this.barred.has(toHex(fingerprint)));
    }
    this.#checkCertified(joining, "counsel");
    this.#enter(joining);
  }

  #takeOver(fingerprint: Bytes): void {
    const joining = this.#newcomer(fingerprint);
    expect(joining.role === "counsellor" && equal(joining.root, this.log.rootFingerprint));
    allow(this.standing === "duty_holder" && equal(fingerprint, this.#signer));
    this.#checkCertified(joining, "counsel", "duty");
    this.#enter(joining);
  }

  #enter(joining: Member): void {
    const name = toHex(joining.fingerprint);
    this.members.set(name, joining);
    this.barred.delete(name);
    if (equal(joining.fingerprint, this.#signer)) this.standing = joining.role;
  }

  #remove(fingerprint: Bytes): void {
    allow(isHelper(this.#present(fingerprint)));
    allow(this.#isPerson());
    this.members.delete(toHex(fingerprint));
    if (this.standing === "client") this.barred.add(toHex(fingerprint));
    else if (equal(fingerprint, this.#signer)) this.standing = null;
  }

  #changeKey(fingerprint: Bytes): void {
    const before = this.#present(fingerprint);
    allow(equal(fingerprint, this.#signer));
    const after = this.#listed.get(toHex(fingerprint)) ?? inconsistent();
    expect(sameSeat(before, after) && after.kemSeq > before.kemSeq);
    this.members.set(toHex(fingerprint), after);
  }

  #changeDuty(generation: number): void {
    const [before, after] = [dutyIn(this.members), dutyIn(this.#listed) ?? inconsistent()];
    allow(this.standing !== null);
    if (before === undefined) return inconsistent();
    expect(after.generation === generation && generation > before.generation);
    this.members.delete(toHex(before.fingerprint));
    this.members.set(toHex(after.fingerprint), after);
  }

  #switchStandbyOff(): void {
    allow(this.standing === "client");
    const duty = dutyIn(this.members) ?? inconsistent();
    allow([...this.members.values()].some(isHelper));
    this.members.delete(toHex(duty.fingerprint));
  }

  #switchStandbyOn(): void {
    allow(this.standing === "client");
    const duty = dutyIn(this.#listed) ?? inconsistent();
    expect(dutyIn(this.members) === undefined);
    this.members.set(toHex(duty.fingerprint), duty);
  }

  async #rekey({ fingerprint, edPk, signature }: ChangeOf<"rekey">): Promise<void> {
    const before = this.#present(fingerprint);
    const after = this.#newcomer(await fingerprintOf(edPk));
    allow(equal(fingerprint, this.#signer));
    expect(sameSeat(before, after));
    await verify(edPk, signature, rekeyBody(this.commit, fingerprint, edPk));
    if (isHelper(after)) this.#checkCertified(after, "counsel");
    this.members.delete(toHex(fingerprint));
    this.members.set(toHex(after.fingerprint), after);
    this.#signer = after.fingerprint;
  }

  #grantHistory({ fingerprint, grants }: ChangeOf<"history_grant">): void {
    const recipient = this.#present(fingerprint);
    const epochs = grants.map(({ epoch }) => epoch);
    expect(isHelper(recipient) && epochs.length > 0);
    expect(epochs.every((epoch, index) => epoch > (epochs[index - 1] ?? 0) && epoch <= this.log.epoch));
    allow(this.#isPerson());
    this.#checkCertified(recipient, "counsel");
  }

  #close(): void {
    allow(this.standing === "client" || (this.#helps() && !this.log.waiting));
    this.closed = true;
  }

  /** A line of the new list for somebody who is not there yet. */
  #newcomer(fingerprint: Bytes): Member {
    const joining = this.#listed.get(toHex(fingerprint)) ?? inconsistent();
    expect(!this.members.has(toHex(fingerprint)));
    return joining;
  }

  #present(fingerprint: Bytes): Member {
    return this.members.get(toHex(fingerprint)) ?? inconsistent();
  }

  #helps(): boolean {
    return this.standing === "counsellor" || this.standing === "moderator";
  }

  #isPerson(): boolean {
    return this.standing === "client" || this.#helps();
  }

  /** By the roster of the member's own root, and with no older KEM key than it names (T13). */
  #checkCertified(member: Member, ...needed: Capability[]): void {
    const roster = this.rosters.get(toHex(member.root));
    if (roster === undefined) throw new CryptoRefusal("not_certified");
    const { kemSeq, kemPk } = certified(roster, member.fingerprint, this.commit.createdAt, ...needed);
    const contradicts = member.kemSeq === kemSeq && !equal(member.kemPk, kemPk);
    if (member.kemSeq < kemSeq || contradicts) throw new CryptoRefusal("kem_statement_stale");
  }
}

function dutyIn(members: ReadonlyMap<string, Member>): Member | undefined {
  return [...members.values()].find(({ role }) => role === "duty");
}

function sameSeat(before: Member, after: Member): boolean {
  return before.role === after.role && equal(before.root, after.root);
}

/** What the new key signs, so that nobody can claim another's key as their next one. */
export function rekeyBody(
  { room, epoch, logPrev }: Pick<Commit, "room" | "epoch" | "logPrev">,
  oldFingerprint: Bytes,
  newEdPk: Bytes,
): Bytes {
  return lp(labels.rekey, u64(suiteId), room, u64(epoch), logPrev, oldFingerprint, newEdPk);
}

function expect(holds: boolean): void {
  if (!holds) inconsistent();
}

function allow(may: boolean): void {
  if (!may) throw new CryptoRefusal("commit_not_allowed");
}

function inconsistent(): never {
  throw new CryptoRefusal("commit_inconsistent");
}
