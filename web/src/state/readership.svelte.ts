import { Refused } from "../net/refused.js";
import { fromHex, toHex } from "../crypto/text-forms.js";
import type { Wished } from "./commits.js";
import type { Change, Certificate, Member, RoomLog } from "./protocol.js";
import type { Room } from "./room.js";
import { isVerified } from "./acquaintances.js";
import { rootNews } from "./root-news.js";
import type { Unlocked } from "./unlocked.js";
import type { Colleague, DeclineReason, ReaderView, Readership } from "./types.js";

const DAY_MS = 24 * 60 * 60_000;

/** Who can read a room right now, and what this person may do about it (T42). Every change is one commit. */
export class RoomReadership implements Readership {
  people: ReaderView[] = $state.raw([]);
  standby = $state(false);
  waiting = $state(false);
  closed = $state(false);
  left = $state(false);
  rosterExpired = $state(false);
  rootReplaced: Readership["rootReplaced"] = $state.raw(null);
  #log: RoomLog | null = $state.raw(null);

  constructor(
    private readonly person: Unlocked,
    private readonly room: () => Room,
    private readonly names: (fingerprint: string) => string,
    private readonly changed: () => Promise<void>,
  ) {}

  /** Something was read: the room may have changed. */
  learn(log: RoomLog | null): void {
    this.checkRoster();
    if (log === null || log === this.#log) return;
    this.#log = log;
    const mine = toHex(this.person.identity.fingerprint);
    this.people = [...log.members.values()]
      .filter((member) => member.role !== "duty")
      .map((member) => this.#view(member, mine));
    this.standby = log.standby;
    this.waiting = log.waiting;
    this.closed = log.closed;
    this.left = !log.members.has(mine);
  }

  /** After it has run out those who are here go on, and nobody can join (T10). */
  checkRoster(): void {
    const roster = this.room().roster;
    this.rosterExpired = roster !== null && Date.now() > roster.expiresAt + DAY_MS;
    this.rootReplaced = rootNews(this.person.protocol, roster, Date.now());
  }

  /** The server knows of no seat of this person here any more. */
  lose(): void {
    this.left = true;
  }

  get colleagues(): Colleague[] {
    return this.#candidates().map((one) => ({ fingerprint: toHex(one.fingerprint), name: one.displayName }));
  }

  remove(fingerprint: string): Promise<void> {
    return this.#change((log) => (log.members.has(fingerprint) ? [{ kind: "remove", ...named(fingerprint) }] : []));
  }

  stepOut(): Promise<void> {
    return this.remove(toHex(this.person.identity.fingerprint));
  }

  /** As the last one: the colleagues on duty find it again, and the client is not told why. */
  giveBack(reason: DeclineReason): Promise<void> {
    const mine = toHex(this.person.identity.fingerprint);
    return this.#carryOut((log) => ({
      changes: log.members.has(mine) ? [{ kind: "remove", ...named(mine) }] : [],
      by: { path: "give-back", more: { reason } },
    }));
  }

  /** All who counsel go. `fingerprint`: who comes; null: whoever of the agency takes it, and reads everything. */
  async goOnWith(fingerprint: string | null, history: boolean): Promise<void> {
    const gone = this.people.filter((one) => one.counsels).map((one) => one.fingerprint);
    await this.#carryOut(async (log) => {
      const changes: Change[] = gone
        .filter((one) => log.members.has(one))
        .map((one) => ({ kind: "remove", ...named(one) }));
      const by = { path: "another", more: {} } as const;
      if (changes.length === 0 || fingerprint === null) return { changes, by };
      const joining = await this.#lineOf(fingerprint, log);
      changes.push({ kind: "add", fingerprint: joining.fingerprint });
      if (history) changes.push(await this.room().reader.historyFor(joining, this.person.identity.fingerprint));
      return { changes, joining: [joining], by };
    });
  }

  switchStandby(on: boolean): Promise<void> {
    return this.#change((log) => (log.standby === on ? [] : [{ kind: on ? "standby_on" : "standby_off" }]));
  }

  closeConversation(): Promise<void> {
    return this.#change((log) => (log.closed ? [] : [{ kind: "close", reason: "done" }]));
  }

  /** `history`: they read what was written before they came, too; it is shown in the conversation (T19). */
  async add(fingerprint: string, history: boolean): Promise<void> {
    await this.#carryOut(async (log) => {
      if (log.members.has(fingerprint)) return { changes: [] };
      const joining = await this.#lineOf(fingerprint, log);
      const changes: Change[] = [{ kind: "add", fingerprint: joining.fingerprint }];
      if (history) changes.push(await this.room().reader.historyFor(joining, this.person.identity.fingerprint));
      return { changes, joining: [joining] };
    });
  }

  #candidates(): Certificate[] {
    const log = this.#log;
    const roster = this.room().roster;
    if (log === null || roster === null) return [];
    const isClient = this.person.me.role === "client";
    return roster.certificates.filter((one) => {
      const name = toHex(one.fingerprint);
      const barred = !isClient && log.barred.has(name);
      return one.capabilities.has("counsel") && !log.members.has(name) && !barred;
    });
  }

  async #lineOf(fingerprint: string, log: RoomLog): Promise<Member> {
    const certificate = this.#candidates().find((one) => toHex(one.fingerprint) === fingerprint);
    if (certificate === undefined) throw new Refused("not_certified");
    return this.person.protocol.certifiedMember(certificate, log.rootFingerprint);
  }

  #change(wish: (log: RoomLog) => Change[]): Promise<void> {
    return this.#carryOut((log) => ({ changes: wish(log) }));
  }

  async #carryOut(wish: (log: RoomLog) => Wished | Promise<Wished>): Promise<void> {
    await this.room().change(wish);
    this.learn(this.room().reader.log);
    if (!this.left) await this.changed();
  }

  #view(member: Member, mine: string): ReaderView {
    const fingerprint = toHex(member.fingerprint);
    const verified = isVerified(this.person, member);
    const me = fingerprint === mine;
    return { fingerprint, name: this.names(fingerprint), counsels: member.role !== "client", me, verified };
  }
}

const named = (fingerprint: string) => ({ fingerprint: fromHex(fingerprint) });
