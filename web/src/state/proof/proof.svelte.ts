import { toBase64url, toHex } from "../../crypto/text-forms.js";
import type { JournalHead, Receipt } from "../protocol.js";
import type { Unlocked } from "../unlocked.js";
import { serverTime } from "../server-time.svelte.js";
import { checkedReceipt, msOf, startsPromise, type Acknowledged } from "./acknowledged.js";
import { alarm, checkJournals, type Checked } from "./journals.js";
import { keysNow, pinKeys, pinnedKeys, sameKeys, type ServerKeys } from "./server-keys.js";
import type { Proof, ProofAlarm, ReceiptView } from "./types.js";
import { nothing, receiptViews } from "./views.js";

const LOOKED_AFTER_AGAIN_MS = 10 * 60_000;

type Watch = <Result>(step: Promise<Result>) => Promise<Result>;

/**
 * The server's word on its promises to whoever is signed in: checked when it is given, kept in the vault, and looked for in
 * the agencies' journals. All of it behind the page's back: nobody waits for it, and it is said only when it is wrong.
 */
export class ProofState implements Proof {
  alarms: readonly ProofAlarm[] = $state.raw([]);
  #receipts: ReadonlyMap<string, readonly ReceiptView[]> = $state.raw(nothing);
  #person: Unlocked | null = null;
  /** Acknowledged, and not judged or not kept yet: the network is gone. */
  #waiting: Acknowledged[] = [];
  #seen: readonly JournalHead[] = [];
  #lookedAt: number | null = null;
  #judging: Promise<void> | null = null;
  #looking: Promise<void> | null = null;

  constructor(private readonly watch: Watch) {}

  alarmsOf(room: string): readonly ProofAlarm[] {
    return this.alarms.filter((one) => one.room === room);
  }

  receipts(room: string): readonly ReceiptView[] {
    return this.#receipts.get(room) ?? [];
  }

  signedIn(person: Unlocked): void {
    if (person.me.role !== "client") return;
    if (this.#person !== person) this.forget();
    this.#person = person;
    this.#lookedAt = null;
    this.#show(person);
    void this.round();
  }

  acknowledged(person: Unlocked, told: Acknowledged): void {
    if (person.me.role !== "client" || !startsPromise(person.protocol, told)) return;
    this.#person ??= person;
    this.#waiting.push(told);
    void this.round();
  }

  /** Now and then, and whenever there is something to judge. What cannot be done now is done in the next one. */
  async round(): Promise<void> {
    this.#judging ??= this.#judgeAll()
      .catch(() => undefined)
      .finally(() => (this.#judging = null));
    await this.#judging;
    // Beside it: nobody's next promise waits for a journal.
    this.#looking ??= this.#look()
      .catch(() => undefined)
      .finally(() => (this.#looking = null));
    await this.#looking;
  }

  /** As after a restored backup: said once, and then whatever comes goes on from there. */
  async acceptJournals(): Promise<void> {
    const accepted = this.alarms.filter(({ code }) => code === "journal_rewritten");
    const others = this.#seen.filter(({ agency }) => !accepted.some(({ about }) => about === toHex(agency)));
    await this.#save((vault, { protocol }) => {
      for (const { about = "" } of accepted) vault.dropJournalHead(protocol.fromHex(about));
    });
    this.#seen = others;
    this.alarms = this.alarms.filter((one) => !accepted.includes(one));
  }

  /** What was promised in a thread goes with it. */
  async threadDeleted(room: string): Promise<void> {
    const ids = this.#person?.open.receipts().filter(({ receipt }) => this.#roomOf(receipt) === room) ?? [];
    if (ids.length > 0) await this.#save((vault) => ids.forEach(({ messageId }) => vault.dropReceipt(messageId)));
  }

  forget(): void {
    this.#person = null;
    this.#waiting = [];
    this.#seen = [];
    this.#lookedAt = null;
    this.alarms = [];
    this.#receipts = nothing;
  }

  async #judgeAll(): Promise<void> {
    const person = this.#person;
    if (person === null) return;
    for (let told = this.#waiting[0]; told !== undefined; told = this.#waiting[0]) {
      await this.#judge(person, told);
      if (this.#waiting[0] === told) this.#waiting.shift();
    }
  }

  async #judge(person: Unlocked, told: Acknowledged): Promise<void> {
    if (told.receipt === null) return this.#missing(person, told);
    const pinned = pinnedKeys(person);
    const keys = pinned ?? (await this.watch(keysNow()));
    const receipt = await this.#checked(person, told, keys);
    if (receipt !== null && keys !== null) return this.#keep(receipt, told.receipt, keys);
    const renewed = pinned !== null && (await this.#checked(person, told, await this.watch(keysNow()))) !== null;
    this.#raise(alarm(renewed ? "receipt_key_changed" : "receipt_false", told.room));
  }

  async #checked(person: Unlocked, told: Acknowledged, keys: ServerKeys | null): Promise<Receipt | null> {
    if (keys === null) return null;
    try {
      return await checkedReceipt(person.protocol, told, keys.receipt);
    } catch (reason) {
      if (!(reason instanceof person.protocol.CryptoRefusal)) throw reason;
      return null;
    }
  }

  /** Another page of this person may have started the promise: then its receipt lies in the vault. */
  async #missing(person: Unlocked, { room, dueAt, storedAt }: Acknowledged): Promise<void> {
    await this.watch(person.catchUp());
    this.#show(person);
    const given = (one: ReceiptView): boolean =>
      dueAt !== null && one.dueAt.getTime() === msOf(dueAt) && one.receivedAt.getTime() < msOf(storedAt);
    if (!this.receipts(room).some(given)) this.#raise(alarm("receipt_missing", room));
  }

  async #keep({ messageId }: Receipt, raw: string, keys: ServerKeys): Promise<void> {
    await this.#save((vault, person) => {
      pinKeys(vault, keys);
      vault.keepReceipt(messageId, person.protocol.fromBase64url(raw));
    });
  }

  /** Once at the log-in, and later on as long as a promise was not seen there. */
  #isToLook(person: Unlocked): boolean {
    if (this.#lookedAt === null) return true;
    const open = person.open.receipts().some(({ number }) => number === null);
    return open && Date.now() - this.#lookedAt > LOOKED_AFTER_AGAIN_MS;
  }

  async #look(): Promise<void> {
    const person = this.#person;
    if (person === null || !this.#isToLook(person)) return;
    const pinned = pinnedKeys(person);
    if (pinned !== null) {
      if (!sameKeys(pinned, await this.watch(keysNow()))) this.#raise(alarm("receipt_key_changed", null));
      const checked = await this.watch(checkJournals(person, pinned.journal, this.#seen, serverTime.now()));
      if (this.#person !== person) return;
      if (checked.heads.length > 0) this.#seen = checked.heads;
      for (const one of checked.alarms) this.#raise(one);
      await this.#keepChecked(person, checked);
    }
    this.#lookedAt = Date.now();
  }

  async #keepChecked(person: Unlocked, { heads, confirmed }: Checked): Promise<void> {
    const kept = person.open.journalHeads().map(({ head }) => toBase64url(head));
    const newer = heads.filter(({ raw }) => !kept.includes(toBase64url(raw)));
    if (newer.length === 0 && confirmed.length === 0) return;
    await this.#save((vault) => {
      for (const { agency, raw } of newer) vault.keepJournalHead(agency, raw);
      for (const { promise, number } of confirmed) vault.keepReceipt(promise.messageId, promise.raw, number);
    });
  }

  async #save(change: (vault: Unlocked["open"], person: Unlocked) => void): Promise<void> {
    const person = this.#person;
    if (person === null) return;
    await this.watch(person.save((vault) => change(vault, person)));
    if (this.#person === person) this.#show(person);
  }

  #show(person: Unlocked): void {
    this.#receipts = receiptViews(person);
  }

  #roomOf(raw: Parameters<Unlocked["protocol"]["receiptIn"]>[0]): string {
    return this.#person === null ? "" : toHex(this.#person.protocol.receiptIn(raw).room);
  }

  #raise(one: ProofAlarm): void {
    const known = this.alarms.some(
      ({ code, room, about }) => code === one.code && room === one.room && about === one.about,
    );
    if (!known) this.alarms = [...this.alarms, one];
  }
}
