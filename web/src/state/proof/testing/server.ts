import type * as wire from "../../../wire.gen.js";
import * as crypto from "../../../crypto/index.js";
import { lp, u64, utf8, type Bytes } from "../../../crypto/encoding.js";
import { signed } from "../../../crypto/identity.js";
import { signReceipt } from "../../../crypto/receipts.js";
import { writeTo } from "../../vault-wire.js";
import type { Acknowledged } from "../acknowledged.js";

const bytes = (byte: number, length = 32): Bytes => new Uint8Array(length).fill(byte);
export const AGENCY = "a1".repeat(16);
export const POLICY = '{"kind":"calendar","seconds":172800}';
const TWO_DAYS_MS = 172_800_000;

/** A journal that a test writes, honestly or not. */
export class JournalOfTest {
  entries: Bytes[] = [];
  heads: crypto.JournalHead[] = [];
  readonly #links: Bytes[] = [];

  constructor(readonly seed = bytes(11)) {}

  get key(): Bytes {
    return crypto.signingPublicKey(this.seed);
  }

  async seal(...entries: Bytes[]): Promise<crypto.JournalHead> {
    for (const entry of entries) {
      const before = this.#links.at(-1) ?? (await crypto.journalStart(crypto.fromHex(AGENCY)));
      this.entries.push(entry);
      this.#links.push(await crypto.journalLink(before, this.entries.length, entry));
    }
    const number = this.entries.length;
    const body = [crypto.fromHex(AGENCY), u64(number), this.#links.at(-1) ?? bytes(0), u64(number)];
    const raw = await signed(this.seed, lp(utf8("sprechraum/1 journal head"), ...body));
    const head = crypto.journalHeadIn(raw);
    this.heads.push(head);
    return head;
  }

  page(after: number, size = 1_000): wire.Journal {
    const until = after + size;
    return {
      ...{ agency: AGENCY, after, last: this.entries.length },
      entries: this.entries.slice(after, until).map(crypto.toBase64url),
      heads: this.heads
        .filter(({ number }) => number > after && number <= until)
        .map(({ raw }) => crypto.toBase64url(raw)),
    };
  }
}

export const filler = (count: number, from = 0): Bytes[] =>
  Array.from({ length: count }, (_, at) => lp(u64(from + at), bytes(7, 16)).slice(0, 32));

/** A server as far as promises go: a test lets it lie by changing what it holds. */
export class ServerOfTest {
  readonly journal = new JournalOfTest();
  receiptSeed = bytes(12);
  journalKey: Bytes = this.journal.key;
  openings: wire.Opening[] = [];
  stored: wire.VaultWrite[] = [];
  asked: string[] = [];
  down = false;
  /** Asked about journals it never answers. */
  silent = false;
  readonly room = "0b".repeat(16);

  async begin(): Promise<crypto.Identity> {
    const identity = await crypto.newIdentity();
    const vault = await crypto.newVault(identity, bytes(1), bytes(2));
    this.stored = [writeTo(await vault.seal())];
    return identity;
  }

  /** A message that asks, and the acknowledgement of an honest server. */
  async acknowledge(
    waitingMs: number,
    { dueAt = waitingMs + TWO_DAYS_MS } = {},
  ): Promise<{ told: Acknowledged; event: crypto.JournalEvent; salt: Bytes }> {
    const envelope = await askingEnvelope(this.room, waitingMs);
    const messageId = await crypto.itemId(envelope);
    const promise = messageId.slice(0, 16);
    const receipt = await signReceipt(this.receiptSeed, {
      ...{ room: crypto.fromHex(this.room), messageId, receivedAt: waitingMs, dueAt, eventId: promise },
      ...{ policyKind: "calendar", policySeconds: 172_800, policyDetails: "" },
    });
    const event = { kind: "opened", promise, at: waitingMs, dueAt, policy: POLICY, because: "" };
    const told = {
      ...{ room: this.room, envelope: crypto.toBase64url(envelope), receipt: crypto.toBase64url(receipt) },
      ...{ storedAt: iso(waitingMs), dueAt: iso(dueAt), before: { waitingSince: null, dueAt: null } },
    };
    return { told, event, salt: bytes(9) };
  }

  /** What has happened is sealed, or not yet. */
  async open(event: crypto.JournalEvent, salt: Bytes, sealed = true): Promise<void> {
    if (sealed) await this.journal.seal(await crypto.journalEntry(salt, event));
    this.openings.push({
      ...{ number: sealed ? this.journal.entries.length : null, kind: "opened", policy: event.policy, because: "" },
      ...{ promise: crypto.toBase64url(event.promise), salt: crypto.toBase64url(salt) },
      ...{ at: iso(event.at), due_at: iso(event.dueAt) },
    });
  }

  answer(path: string, method: string, body: string | undefined): Response | Promise<Response> {
    this.asked.push(`${method} ${path}`);
    if (this.down) throw new TypeError("no network");
    if (this.silent && path.endsWith("/openings")) return new Promise(() => undefined);
    if (path === "/api/vault") return method === "GET" ? Response.json(this.stored.at(-1)) : this.#store(body ?? "");
    if (path === "/api/keys") return Response.json(this.#keys());
    if (path === "/api/threads") return Response.json({ threads: [{ room: this.room, agency: AGENCY }] });
    if (path.endsWith("/openings")) return Response.json({ agency: AGENCY, openings: this.openings });
    return Response.json(this.journal.page(Number(new URL(path, "https://x").searchParams.get("after"))));
  }

  #keys(): wire.Keys {
    const receipt_key = crypto.toBase64url(crypto.signingPublicKey(this.receiptSeed));
    return { receipt_key, journal_key: crypto.toBase64url(this.journalKey) };
  }

  #store(body: string): Response {
    const write = JSON.parse(body) as wire.VaultWrite;
    const follows = write.version === (this.stored.at(-1)?.version ?? 0) + 1;
    if (follows) this.stored.push(write);
    return Response.json(follows ? { version: write.version } : { code: "vault_conflict" }, {
      status: follows ? 200 : 409,
    });
  }
}

export const iso = (ms: number): string => new Date(ms).toISOString().replace("Z", "000Z");

/** Only its readable part is looked at: the rest may be anything. */
async function askingEnvelope(room: string, at: number): Promise<Bytes> {
  const clock = utf8("asks");
  const parts = [u64(1), clock, crypto.fromHex(room), u64(1), bytes(3), bytes(4), bytes(5, 16), u64(at), bytes(1)];
  const header = lp(utf8("sprechraum/1 message"), ...parts, u64(1), bytes(6), bytes(8));
  return lp(header, bytes(10, 64));
}
