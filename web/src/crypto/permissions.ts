import { type Change, type ChangeOf } from "./changes.js";
import { type Commit } from "./commit.js";
import { equal, lp, u64, type Bytes } from "./encoding.js";
import { codeOf, CryptoRefusal } from "./errors.js";
import { fingerprintOf } from "./identity.js";
import { labels } from "./labels.js";
import { type RoomLog } from "./log.js";
import { isHelper, type Member } from "./members.js";
import { certified, type Capability, type Roster } from "./roster.js";
import { verify } from "./signing.js";
import { toHex } from "./text-forms.js";
import { suiteId } from "./wrapping.js";

/** Whoever signs, in the state that the changes so far have left. */
type Standing = "client" | "helper" | "duty holder" | "stranger";

/**
 * A room while the changes of one commit are applied one after the other (T42). Each is judged in the state that the
 * ones before it left. Raises `commit_inconsistent`, `commit_not_allowed`, `not_certified`, `signature_invalid`.
 */
export class Applying {
  readonly members: Map<string, Member>;
  readonly barred: Set<string>;
  closed: boolean;
  clientFingerprint: Bytes;
  #signer: Bytes;
  readonly #listed: ReadonlyMap<string, Member>;

  constructor(
    private readonly log: RoomLog,
    private readonly commit: Commit,
    private readonly rosters: ReadonlyMap<string, Roster>,
  ) {
    this.members = new Map(log.members);
    this.barred = new Set(log.barred);
    this.closed = log.closed;
    this.clientFingerprint = log.clientFingerprint;
    this.#signer = commit.signer;
    this.#listed = new Map(commit.members.map((member) => [toHex(member.fingerprint), member]));
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
        return this.#allow("client", "helper");
      case "history_grant":
        return this.#grantHistory(change.fingerprint);
      case "close":
        return this.#close();
    }
  }

  /** The member who signs, the certificate's key of a duty holder, or null for a stranger. */
  signingKey(): Bytes | null {
    const member = this.members.get(toHex(this.#signer));
    if (member !== undefined && member.role !== "duty") return member.edPk;
    return this.#standing() === "duty holder"
      ? this.#certificate(this.log.rootFingerprint, this.#signer, "duty").edPk
      : null;
  }

  #add(fingerprint: Bytes): void {
    const name = toHex(fingerprint);
    const joining = this.#listed.get(name);
    if (!isHelper(joining) || this.members.has(name)) inconsistent();
    const near = [this.log.rootFingerprint, ...this.log.helperRoots].some((root) => equal(root, joining.root));
    if (near && !this.barred.has(name)) this.#allow("client", "helper", "duty holder");
    else this.#allow("client");
    this.#certificate(joining.root, fingerprint, "counsel");
    this.members.set(name, joining);
    this.barred.delete(name);
  }

  #remove(fingerprint: Bytes): void {
    const name = toHex(fingerprint);
    const leaving = this.members.get(name) ?? inconsistent();
    if (!isHelper(leaving)) notAllowed();
    this.#allow("client", "helper");
    if (this.#standing() === "client") this.barred.add(name);
    this.members.delete(name);
  }

  #changeKey(fingerprint: Bytes): void {
    const name = toHex(fingerprint);
    const [before, after] = [this.members.get(name) ?? inconsistent(), this.#listed.get(name) ?? inconsistent()];
    this.#allow("client", "helper");
    if (!equal(fingerprint, this.#signer)) notAllowed();
    if (after.role !== before.role || !equal(after.root, before.root) || after.kemSeq <= before.kemSeq) inconsistent();
    this.members.set(name, after);
  }

  #changeDuty(generation: number): void {
    const [before, after] = [this.#duty() ?? inconsistent(), this.#listedDuty() ?? inconsistent()];
    this.#allow("client", "helper", "duty holder");
    if (generation <= before.generation || after.generation !== generation) inconsistent();
    this.members.delete(toHex(before.fingerprint));
    this.members.set(toHex(after.fingerprint), after);
  }

  #switchStandbyOff(): void {
    const duty = this.#duty() ?? inconsistent();
    this.#allow("client");
    if (![...this.members.values()].some(isHelper)) notAllowed();
    this.members.delete(toHex(duty.fingerprint));
  }

  #switchStandbyOn(): void {
    const duty = this.#listedDuty() ?? inconsistent();
    if (this.#duty() !== undefined) inconsistent();
    this.#allow("client");
    this.members.set(toHex(duty.fingerprint), duty);
  }

  #takeOver(fingerprint: Bytes): void {
    const name = toHex(fingerprint);
    const joining = this.#listed.get(name);
    const fits = joining?.role === "counsellor" && equal(joining.root, this.log.rootFingerprint);
    if (joining === undefined || !fits || this.members.has(name)) inconsistent();
    this.#allow("duty holder");
    if (!equal(fingerprint, this.#signer) || this.barred.has(name)) notAllowed();
    this.#certificate(joining.root, fingerprint, "counsel", "duty");
    this.members.set(name, joining);
  }

  async #rekey({ fingerprint, edPk, signature }: ChangeOf<"rekey">): Promise<void> {
    const before = this.members.get(toHex(fingerprint)) ?? inconsistent();
    const newFingerprint = await fingerprintOf(edPk);
    const after = this.#listed.get(toHex(newFingerprint)) ?? inconsistent();
    this.#allow("client", "helper");
    if (!equal(fingerprint, this.#signer)) notAllowed();
    if (after.role !== before.role || !equal(after.root, before.root)) inconsistent();
    await verify(edPk, signature, rekeyBody(this.commit, fingerprint, edPk));
    if (isHelper(after)) this.#certificate(after.root, newFingerprint, "counsel");
    else this.clientFingerprint = newFingerprint;
    this.members.delete(toHex(fingerprint));
    this.members.set(toHex(newFingerprint), after);
    this.#signer = newFingerprint;
  }

  #grantHistory(fingerprint: Bytes): void {
    const recipient = this.#listed.get(toHex(fingerprint));
    if (!isHelper(recipient)) inconsistent();
    this.#allow("client", "helper");
    this.#certificate(recipient.root, fingerprint, "counsel");
  }

  #close(): void {
    this.#allow("client", "helper");
    if (this.#standing() === "helper" && this.log.waiting) notAllowed();
    this.closed = true;
  }

  #standing(): Standing {
    const member = this.members.get(toHex(this.#signer));
    if (member?.role === "client") return "client";
    if (isHelper(member)) return "helper";
    if (this.#duty() === undefined) return "stranger";
    try {
      this.#certificate(this.log.rootFingerprint, this.#signer, "duty");
      return "duty holder";
    } catch (failure) {
      if (codeOf(failure) === null) throw failure;
      return "stranger";
    }
  }

  #allow(...standings: Standing[]): void {
    if (!standings.includes(this.#standing())) notAllowed();
  }

  #certificate(root: Bytes, fingerprint: Bytes, ...needed: Capability[]) {
    const roster = this.rosters.get(toHex(root)) ?? inconsistent();
    return certified(roster, fingerprint, this.commit.createdAt, ...needed);
  }

  #duty(): Member | undefined {
    return [...this.members.values()].find(({ role }) => role === "duty");
  }

  #listedDuty(): Member | undefined {
    return this.commit.members.find(({ role }) => role === "duty");
  }
}

/** What the new key signs, so that nobody can claim another's key as their next one. */
export function rekeyBody(
  { room, epoch, logPrev }: Pick<Commit, "room" | "epoch" | "logPrev">,
  oldFingerprint: Bytes,
  newEdPk: Bytes,
): Bytes {
  return lp(labels.rekey, u64(suiteId), room, u64(epoch), logPrev, oldFingerprint, newEdPk);
}

function inconsistent(): never {
  throw new CryptoRefusal("commit_inconsistent");
}

function notAllowed(): never {
  throw new CryptoRefusal("commit_not_allowed");
}
