import { m } from "../../paraglide/messages.js";
import { learnSentences } from "../shared/refusals.js";

/** What can be refused only to those who run an agency. */
export const agencySentences = {
  invitation_invalid: m.error_invitation_invalid,
  invitation_proof_invalid: m.error_invitation_proof_invalid,
  agency_name_taken: m.error_agency_name_taken,
  roster_inconsistent: m.error_roster_inconsistent,
  needs_another_coordinator: m.error_needs_another_coordinator,
  display_name_invalid: m.error_display_name_invalid,
  groups_differ: m.error_groups_differ,
  paper_key_invalid: m.error_paper_key_invalid,
  paper_key_other: m.error_paper_key_other,
  successor_key_other: m.error_successor_key_other,
  roster_keys_full: m.error_roster_keys_full,
  tasks_missing: m.error_tasks_missing,
  profile_invalid: m.error_profile_invalid,
  profile_changed: m.error_profile_changed,
  place_invalid: m.error_place_invalid,
  places_full: m.error_places_full,
  terms_changed: m.error_terms_changed,
  terms_invalid: m.error_terms_invalid,
  retention_invalid: m.error_retention_invalid,
  assignee_unfit: m.error_assignee_unfit,
  assignee_away: m.error_assignee_away,
  assignment_outdated: m.error_assignment_outdated,
  nobody_may_step_in: m.error_nobody_may_step_in,
};

learnSentences(agencySentences);
