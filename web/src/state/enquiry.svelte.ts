import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { fromBase64url, fromHex, toBase64url } from "../crypto/text-forms.js";
import { newRequestId } from "../net/request-id.js";
import { isUnanswered, Refused } from "../net/refused.js";
import { effort } from "./effort/effort.svelte.js";
import type { ProofState } from "./proof/proof.svelte.js";
import { protocol } from "./protocol.js";
import type { Roster } from "./protocol.js";
import { Registering } from "./registering.js";
import { keepPin } from "./roster-shelf.js";
import type { AgencyView, LeftBehind, TopicView } from "./types.js";
import type { Unlocked } from "./unlocked.js";
import { agencyView } from "./views.js";

const PAGE_ROOT = /^#root=([A-Za-z0-9_-]{43})$/;

/** A first enquiry before it is sent: in page memory only, and kept there until the server has acknowledged it. */
export class EnquiryDraft {
  topic: TopicView | null = $state.raw(null);
  postalCode = $state("");
  agency: AgencyView | null = $state.raw(null);
  text = $state("");
  sameCounsellor = $state(true);
  from: LeftBehind | null = $state.raw(null);
  /** The version of the words that were agreed to on this page. */
  consent = $state("");
  consentNeeded = $state(true);
  /** All that are there for topic and postal code, in the order in which they are shown. */
  offered: readonly { agency: wire.Agency; view: AgencyView }[] = $state.raw([]);
  /** The agency as the server sent it, with root and roster. */
  found: wire.Agency | null = null;
  /** Sealed and sent without an answer: goes out again verbatim, because it may have been stored. */
  #unanswered: wire.SendEnquiry | null = null;
  readonly #registering = new Registering();

  constructor(private readonly proof: ProofState) {}

  /** Throws `Refused` when nobody is there for that topic and postal code, and what `roster` throws. */
  async find(topic: string, postalCode: string): Promise<AgencyView> {
    const elsewhere = this.from === null ? {} : { instead_of: this.from.agency };
    const asked = { topic, postal_code: postalCode, ...elsewhere };
    const found = await get<wire.ResponsibleAgency>("/api/agencies/responsible", asked);
    const offered = [found.agency, ...found.others];
    // Whoever came by an agency's own link meant that one, if it is among them.
    const first = offered.find((one) => isMeant(one)) ?? found.agency;
    this.offered = offered.map((agency) => ({ agency, view: this.#view(agency, found.fallback) }));
    return this.choose(first.id);
  }

  /** Whoever comes from another agency brings what was promised there: it is answered no later. */
  #view(agency: wire.Agency, fallback: boolean): AgencyView {
    const view = agencyView(agency, fallback);
    const due = this.from?.dueAt ?? null;
    return due === null || due > view.dueAt ? view : { ...view, dueAt: due };
  }

  comeFrom(thread: LeftBehind | null): void {
    if (thread === null && this.from === null) return;
    this.clear();
    this.from = thread;
  }

  /** One of others than a postal code leads to. */
  async chooseAmong(agencies: readonly wire.Agency[], id: string): Promise<AgencyView> {
    this.offered = agencies.map((agency) => ({ agency, view: this.#view(agency, false) }));
    return this.choose(id);
  }

  /** One of those that are offered. */
  async choose(id: string): Promise<AgencyView> {
    const chosen = this.offered.find(({ agency }) => agency.id === id);
    if (chosen === undefined) throw new Refused("not_found");
    await this.roster(chosen.agency);
    this.found = chosen.agency;
    this.agency = chosen.view;
    return chosen.view;
  }

  /**
   * The roster of the agency found, judged against the link's fingerprint, else by the server's word, and by today's
   * date. Asked for as soon as an agency is found: nobody is to write a long text first and hear of it then.
   */
  async roster(agency = this.#agencyFound()): Promise<{ roster: Roster; how: "link" | "first_contact" }> {
    const { checkGoodAt, readRoster } = await protocol();
    const fromLink = PAGE_ROOT.exec(location.hash)?.[1];
    const root = fromBase64url(fromLink ?? agency.root_fingerprint);
    const roster = await readRoster(fromBase64url(agency.roster), root);
    checkGoodAt(roster, Date.now());
    return { roster, how: fromLink === undefined ? "first_contact" : "link" };
  }

  /** An account whose vault already holds the pin of this agency. */
  async register(name: string, password: string): Promise<Unlocked> {
    const { roster, how } = await this.roster();
    const { checkPin } = await protocol();
    return this.#registering.register(name, password, (vault) =>
      vault.pinRoot(roster.rootFingerprint, how, checkPin(roster, null)),
    );
  }

  async send(person: Unlocked): Promise<wire.EnquirySent> {
    const enquiry = this.#unanswered ?? (await this.#seal(person));
    try {
      const sent = await post<wire.EnquirySent>("/api/enquiries", enquiry);
      this.clear();
      this.proof.acknowledged(person, {
        ...{ room: sent.room, envelope: enquiry.envelope, storedAt: sent.stored_at, dueAt: sent.due_at },
        ...{ receipt: sent.receipt ?? null, before: { waitingSince: null, dueAt: null } },
      });
      return sent;
    } catch (reason) {
      this.#unanswered = isUnanswered(reason) ? enquiry : null;
      // Other words hold by now: these are to be read first.
      if (reason instanceof Refused && reason.code === "consent_missing") this.consent = "";
      throw reason;
    }
  }

  clear(): void {
    this.topic = null;
    this.postalCode = "";
    this.agency = null;
    this.text = "";
    this.sameCounsellor = true;
    this.found = null;
    this.offered = [];
    this.from = null;
    this.consent = "";
    this.consentNeeded = true;
    this.#unanswered = null;
    this.#registering.forget();
  }

  get others(): AgencyView[] {
    return this.offered.map(({ view }) => view).filter((view) => view !== this.agency);
  }

  async #seal(person: Unlocked): Promise<wire.SendEnquiry> {
    const { makeGenesis, Reader, RosterBook, Text, Writer } = person.protocol;
    const { roster, how } = await this.roster();
    await keepPin(person, roster, how);
    const issued = await post<wire.ShareIssued>("/api/shares", { purpose: "room", agency: this.#agencyFound().id });
    const roomShare = fromBase64url(issued.share);
    const genesis = await makeGenesis(person.identity, roster, roomShare, Date.now());
    const book = new RosterBook([roster]);
    const reader = new Reader(genesis.room, {
      roomShare,
      me: person.identity,
      book,
      rootFingerprint: roster.rootFingerprint,
    });
    await reader.push(1, genesis.item);
    const body = new Text(this.text.trim());
    const options = { clock: "asks", sentAt: Date.now(), uid: fromHex(newRequestId()) } as const;
    const sealed = await new Writer(person.identity).seal(reader.place(), body, options);
    return {
      agency: this.#agencyFound().id,
      topic: this.topic?.code ?? "",
      genesis: toBase64url(genesis.item),
      room_ticket: issued.ticket,
      envelope: toBase64url(sealed.envelope),
      effort: await effort.for(issued),
      onward_from: this.from?.room ?? null,
      same_counsellor: this.sameCounsellor,
      consent: this.consent === "" ? null : this.consent,
    };
  }

  #agencyFound(): wire.Agency {
    if (this.found === null) throw new Error("An enquiry needs an agency before it is sealed.");
    return this.found;
  }
}

/** Whether the page's address names this agency's root. */
const isMeant = (agency: wire.Agency): boolean => PAGE_ROOT.exec(location.hash)?.[1] === agency.root_fingerprint;
