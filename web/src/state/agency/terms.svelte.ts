import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";
import { blocksIn, hoursInWords, WEEKDAYS } from "./hours.js";

/** What stands in the form. `days`: hours of each weekday from Monday on, as people write them. */
export interface TermsForm {
  days: string[];
  closed: string[];
  land: string;
  languages: string[];
  kind: wire.Terms["kind"];
  hours: number;
}

/** When one's own agency works, and what it promises. Throws `Refused`. */
export class AgencyTerms {
  form: TermsForm | null = $state.raw(null);
  zone = $state("");
  dueAt: string | null = $state(null);
  /** Names what is kept: whoever changes it says which they have seen. */
  seen = "";

  async load(): Promise<void> {
    this.#learn(await get<wire.Terms>("/api/agency/terms"));
  }

  /** By when an answer would be promised now, if this were kept. */
  async preview(form: TermsForm): Promise<void> {
    this.dueAt = (await post<wire.Terms>("/api/agency/terms/preview", command(form))).due_at;
  }

  async keep(form: TermsForm): Promise<void> {
    this.#learn(await post<wire.Terms>("/api/agency/terms", { ...command(form), seen: this.seen }));
  }

  #learn(terms: wire.Terms): void {
    this.zone = terms.zone;
    this.seen = terms.seen;
    this.dueAt = terms.due_at;
    this.form = {
      days: WEEKDAYS.map((day) => hoursInWords(terms.weekly.filter(({ weekday }) => weekday === day))),
      closed: terms.closed,
      land: terms.land ?? "",
      languages: terms.languages,
      kind: terms.kind,
      hours: terms.promised_hours,
    };
  }
}

function command(form: TermsForm): wire.PreviewTerms {
  return {
    weekly: form.days.flatMap((words, weekday) => blocksIn(words).map((block) => ({ weekday, ...block }))),
    closed: form.closed,
    land: form.land === "" ? null : form.land,
    languages: form.languages,
    kind: form.kind,
    promised_hours: form.hours,
  };
}
