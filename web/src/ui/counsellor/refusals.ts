import { m } from "../../paraglide/messages.js";
import { learnSentences } from "../shared/refusals.js";

/** What can be refused only to those who work at an agency. */
export const counsellorSentences = {
  ladder_invalid: m.error_ladder_invalid,
  absence_over: m.error_absence_over,
  absence_reversed: m.error_absence_reversed,
  hours_changed: m.error_hours_changed,
  hours_overlap: m.error_hours_overlap,
  hours_never: m.error_hours_never,
  hours_full: m.error_hours_full,
  rule_invalid: m.error_rule_invalid,
  kind_invalid: m.error_kind_invalid,
  absences_full: m.error_absences_full,
  substitute_unfit: m.error_substitute_unfit,
  calendar_unreadable: m.error_calendar_unreadable,
  calendar_too_large: m.error_calendar_too_large,
  calendar_too_complex: m.error_calendar_too_complex,
  calendar_address_invalid: m.error_calendar_address_invalid,
  imports_full: m.error_imports_full,
  not_begun: m.error_not_begun,
  group_invalid: m.error_group_invalid,
  nothing_waits: m.error_nothing_waits,
  waived_before: m.error_waived_before,
  waiver_reason_missing: m.error_waiver_reason_missing,
};

learnSentences(counsellorSentences);
