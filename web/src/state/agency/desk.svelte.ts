import { Refused } from "../../net/refused.js";
import { CounsellorCalendar } from "../calendar/own-calendar.svelte.js";
import type { Unlocked } from "../unlocked.js";
import { AgencyAbsences } from "./absences.svelte.js";
import { AgencyBoard } from "./board.svelte.js";
import { certificateOf, letGo, lookAtDeparture } from "./departure.js";
import { sealMissingSeeds } from "./duty-seeds.js";
import { OtherCalendars } from "./imports.svelte.js";
import { comparison, Invitations } from "./invitations.js";
import { AgencyProcedure } from "./procedure.svelte.js";
import { publish, readOwnAgency, signingKeyOf, type OwnAgency } from "./own-agency.js";
import { readPaperKey } from "./paper.js";
import { renewColleague } from "./renewal.js";
import { changeRosterKeys, signNext } from "./rosters.js";
import { RENEW_BEFORE } from "./spans.js";
import { RootSuccession } from "./succession.js";
import { AgencyIntake } from "./intake.svelte.js";
import { AgencyWaivers } from "./waivers.svelte.js";
import { newCertificates, teamView } from "./team-view.js";
import type { Capability, DepartureView, Desk, RenewalView, Succession, TeamView } from "./types.js";

/** The agency of whoever is signed in, as its newest roster proves it, and what its coordinators do. */
export class AgencyDesk implements Desk {
  team: TeamView | null = $state.raw(null);
  waiting: Desk["waiting"] = $state.raw(null);
  unseen = $state(0);
  #agency: OwnAgency | null = null;
  /** Shown as new until this page is left, also when the list changes meanwhile. */
  #marked: readonly string[] = [];
  /** Certified on this page, by this person. */
  #taken: readonly string[] = [];
  readonly absences: AgencyAbsences;
  readonly calendar: CounsellorCalendar;
  readonly intake: AgencyIntake;
  readonly waivers: AgencyWaivers;
  readonly procedure: AgencyProcedure;
  readonly board: AgencyBoard;
  readonly imports: OtherCalendars;
  readonly #invitations: Invitations;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly person: Unlocked,
    private readonly watch: <Result>(step: Promise<Result>) => Promise<Result>,
  ) {
    this.absences = new AgencyAbsences(person.me.account_id, watch);
    this.calendar = new CounsellorCalendar(watch);
    this.intake = new AgencyIntake(watch);
    this.waivers = new AgencyWaivers(watch);
    this.procedure = new AgencyProcedure(watch);
    this.board = new AgencyBoard(watch);
    this.imports = new OtherCalendars(watch);
    this.#invitations = new Invitations(person);
  }

  load(): Promise<void> {
    return this.#inTurn(() => this.#read());
  }

  /** What a login makes good in silence: a roster that runs out, and duty keys that colleagues lack. */
  tidyUp(): Promise<void> {
    return this.#inTurn(async () => {
      const agency = this.#agency;
      if (agency === null || !agency.certified) return;
      void this.absences.ask();
      const runsOut = agency.roster.expiresAt - Date.now() < RENEW_BEFORE;
      if (runsOut && signingKeyOf(agency) !== null) await this.#signAgain(agency);
      await sealMissingSeeds(this.#agency ?? agency);
    });
  }

  async noteShown(): Promise<void> {
    const agency = this.#agency;
    if (agency === null || !agency.certified) return;
    this.unseen = 0;
    const { roster } = agency;
    const root = roster.rootFingerprint;
    if (roster.certificates.every((one) => this.person.open.knowsColleague(root, one))) return;
    await this.watch(this.person.save((vault) => vault.keepColleagues(root, roster.certificates)));
  }

  invite(name: string, capabilities: Capability[]): Promise<{ link: string; expiresAt: Date }> {
    return this.#inTurn(async () => {
      const made = await this.#invitations.invite(this.#own(), name, capabilities);
      await this.#read();
      return made;
    });
  }

  withdraw(id: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#invitations.withdraw(id);
      await this.#read();
    });
  }

  certify(id: string, rootKey: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#taken = [...this.#taken, await this.#invitations.certify(this.#own(), id, rootKey)];
      await this.#read();
      await sealMissingSeeds(this.#own());
    });
  }

  renew(rootKey?: string): Promise<void> {
    return this.#inTurn(() => this.#signAgain(this.#own(), rootKey));
  }

  replaceRoot(successorKey: string, reason: "lost" | "stolen"): Promise<Succession> {
    const carryOut = (sign: (agency: OwnAgency) => Promise<void>): Promise<void> =>
      this.#inTurn(async () => {
        await this.#read();
        await sign(this.#own());
        await this.#read();
      });
    return this.watch(RootSuccession.begin(this.#own(), successorKey, reason, carryOut));
  }

  departure(account: string): Promise<DepartureView> {
    return this.watch(lookAtDeparture(this.#own(), account));
  }

  inviteAnew(account: string): Promise<{ link: string; expiresAt: Date }> {
    return this.#inTurn(async () => {
      const { displayName, capabilities } = certificateOf(this.#own(), account);
      const made = await this.#invitations.invite(this.#own(), displayName, [...capabilities].sort(), account);
      await this.#read();
      return made;
    });
  }

  renewColleague(id: string, rootKey: string): Promise<RenewalView> {
    return this.#inTurn(async () => {
      const done = await renewColleague(this.#own(), this.#invitations, id, rootKey);
      this.#taken = [...this.#taken, done.fingerprint];
      await this.#read();
      await sealMissingSeeds(this.#own());
      return done;
    });
  }

  letGo(account: string, handOver: { room: string; to: string }[], rootKey: string): Promise<void> {
    return this.#inTurn(async () => {
      await letGo(this.#own(), account, handOver, rootKey);
      await this.#read();
    });
  }

  async #signAgain(agency: OwnAgency, rootKey?: string): Promise<void> {
    const { protocol } = this.person;
    const seed = this.person.open.rosterKey(agency.roster.rootFingerprint);
    if (seed === null) throw new Refused("not_certified");
    const now = Date.now();
    const rootSeed = rootKey === undefined ? null : readPaperKey(rootKey);
    try {
      const add = { pk: protocol.signingPublicKey(seed), holder: this.person.identity.fingerprint };
      const rosterKeys = rootSeed && (await changeRosterKeys(protocol, agency.roster, rootSeed, { add }, now));
      const signer = { protocol, roster: agency.roster, rosterSeed: seed };
      await publish(agency, await signNext(signer, rosterKeys === null ? {} : { rosterKeys }, now));
    } finally {
      if (rootSeed !== null) protocol.forget(rootSeed);
    }
    await this.#read();
  }

  async #read(): Promise<void> {
    const agency = await readOwnAgency(this.person);
    this.#agency = agency;
    if (!agency.certified) {
      this.team = null;
      this.waiting = {
        agencyName: agency.roster.agencyName,
        number: await comparison(agency, this.person.identity.fingerprint),
      };
      return;
    }
    this.waiting = null;
    const fresh = newCertificates(agency).filter((one) => !this.#taken.includes(one));
    this.unseen = fresh.length;
    this.#marked = [...this.#marked, ...fresh];
    const invitations = signingKeyOf(agency) === null ? [] : await this.#invitations.list(agency);
    this.team = teamView(agency, invitations, this.#marked, location.origin);
    if (!this.person.open.hasMetColleagues(agency.roster.rootFingerprint)) await this.noteShown();
  }

  #own(): OwnAgency {
    if (this.#agency === null) throw new Refused("not_found");
    return this.#agency;
  }

  /** One change after the other: each is signed over the roster that the one before has left. */
  #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(() => this.watch(step()));
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
