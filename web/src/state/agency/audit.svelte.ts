import type * as wire from "../../wire.gen.js";
import { get } from "../../net/api.js";

export type AuditAct = wire.AuditEntry["act"];

/** What is looked for; empty text is whatever there is. `day`: in the agency's time zone, "2026-11-25". */
export interface AuditWish {
  person: string;
  act: AuditAct | "";
  day: string;
}

export interface AuditLine {
  number: number;
  at: Date;
  act: AuditAct;
  /** Null for whoever runs the server. */
  by: string | null;
  /** The colleague whom it concerns; empty where it concerns nobody. */
  about: string;
}

const PATH = "/api/agency/audit";
export const NO_WISH: AuditWish = { person: "", act: "", day: "" };

/** What the people of one's own agency have done there, the newest first. Throws `Refused`. */
export class AgencyAudit {
  lines: readonly AuditLine[] | null = $state.raw(null);
  people: readonly wire.AuditPerson[] = $state.raw([]);
  more = $state(false);
  zone = $state("");
  #shown: AuditWish = $state.raw(NO_WISH);

  async load(wish: AuditWish): Promise<void> {
    this.#learn(await get<wire.AuditLog>(PATH, said(wish)), []);
    this.#shown = wish;
  }

  /** Those before the last one, for the same wish. */
  async loadOlder(): Promise<void> {
    const known = this.lines ?? [];
    const before = known.at(-1)?.number;
    if (before !== undefined) this.#learn(await get<wire.AuditLog>(PATH, { ...said(this.#shown), before }), known);
  }

  /** Where a table of what is shown is to be had. */
  get table(): string {
    const wished = Object.entries(said(this.#shown)).map(([name, value]) => `${name}=${value}`);
    return `${PATH}.csv?${wished.join("&")}`;
  }

  #learn({ entries, more, people, zone }: wire.AuditLog, known: readonly AuditLine[]): void {
    this.lines = [...known, ...entries.map(auditLine)];
    [this.more, this.people, this.zone] = [more, people, zone];
  }
}

const said = (wish: AuditWish): Record<string, string> =>
  Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== ""));

const auditLine = (one: wire.AuditEntry): AuditLine => ({
  number: one.number,
  at: new Date(one.at),
  act: one.act,
  by: one.by === null ? null : one.by_name,
  about: one.about_name,
});
