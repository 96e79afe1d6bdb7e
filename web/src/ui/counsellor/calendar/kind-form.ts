import { m } from "../../../paraglide/messages.js";
import type { Hours, HoursDraft, KindName, KindRules } from "../../../state/calendar/types.js";
import { draftOf } from "./time-form.js";

export const KINDS: readonly KindName[] = ["chat", "phone", "video", "on_site"];

type Length = Exclude<keyof KindRules, "kind" | "most_per_day" | "most_per_week">;
type Limit = "most_per_day" | "most_per_week";

interface Field<Name> {
  name: Name;
  /** How the server calls it in a refusal. */
  fault: string;
  label: () => string;
}

/** `unit`: minutes of one, as people say it. */
export const LENGTHS: readonly (Field<Length> & { unit: number; least: number })[] = [
  { name: "length_minutes", fault: "length", unit: 1, least: 5, label: m.kinds_length },
  { name: "step_minutes", fault: "step", unit: 1, least: 5, label: m.kinds_step },
  { name: "buffer_before_minutes", fault: "buffer_before", unit: 1, least: 0, label: m.kinds_buffer_before },
  { name: "buffer_after_minutes", fault: "buffer_after", unit: 1, least: 0, label: m.kinds_buffer_after },
  { name: "notice_minutes", fault: "notice", unit: 60, least: 0, label: m.kinds_notice },
  { name: "horizon_minutes", fault: "horizon", unit: 1440, least: 1, label: m.kinds_horizon },
  { name: "cancel_notice_minutes", fault: "cancel_notice", unit: 60, least: 0, label: m.kinds_cancel_notice },
];

export const LIMITS: readonly Field<Limit>[] = [
  { name: "most_per_day", fault: "most_per_day", label: m.kinds_most_per_day },
  { name: "most_per_week", fault: "most_per_week", label: m.kinds_most_per_week },
];

/** What stands in the fields: in the units of their labels; null is an empty field. */
export type KindForm = Record<Length | Limit, number | null>;

/** Where nobody has set anything yet: an hour, with ten minutes of it for notes. */
const USUAL: Omit<KindRules, "kind"> = {
  length_minutes: 50,
  step_minutes: 60,
  buffer_before_minutes: 0,
  buffer_after_minutes: 10,
  notice_minutes: 1440,
  horizon_minutes: 28 * 1440,
  cancel_notice_minutes: 1440,
  most_per_day: null,
  most_per_week: null,
};

export function formOf(kind: KindName, rules: KindRules | null): KindForm {
  const shown: KindRules = rules ?? { kind, ...USUAL };
  const lengths = LENGTHS.map(({ name, unit }) => [name, shown[name] / unit] as const);
  const limits = LIMITS.map(({ name }) => [name, shown[name]] as const);
  return Object.fromEntries([...lengths, ...limits]) as KindForm;
}

export function rulesOf(kind: KindName, form: KindForm): KindRules {
  // An empty field is 0, which the server refuses by name where it is not possible. It counts in whole minutes.
  const lengths = LENGTHS.map(({ name, unit }) => [name, Math.max(0, Math.round((form[name] ?? 0) * unit))] as const);
  const limits = LIMITS.map(({ name }) => [name, form[name]] as const);
  return { kind, ...Object.fromEntries([...lengths, ...limits]) } as KindRules;
}

/** All that is kept, with these rules for a kind; null: none of one's own. */
export function withRules(hours: Hours, kind: KindName, rules: KindRules | null): HoursDraft {
  const others = hours.kinds.filter((one) => one.kind !== kind);
  return { ...draftOf(hours), kinds: rules === null ? others : [...others, rules] };
}

/** The label of what a refusal names, "kinds.chat.notice"; null where it is none of them. */
export function faultIn(field: string): string | null {
  const name = field.split(".")[2];
  return [...LENGTHS, ...LIMITS].find(({ fault }) => fault === name)?.label() ?? null;
}
