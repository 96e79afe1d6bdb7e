import { m } from "../../paraglide/messages.js";
import type { AuditAct } from "../../state/agency/audit.svelte.js";

/** Each act that can stand in the log, in the order in which it is chosen from. */
export const auditActs: Record<AuditAct, () => string> = {
  founded: m.audit_founded,
  invited: m.audit_invited,
  invitation_withdrawn: m.audit_invitation_withdrawn,
  invitation_accepted: m.audit_invitation_accepted,
  roster_published: m.audit_roster_published,
  roster_keys_changed: m.audit_roster_keys_changed,
  colleague_left: m.audit_colleague_left,
  colleague_renewed: m.audit_colleague_renewed,
  terms_changed: m.audit_terms_changed,
  ladder_changed: m.audit_ladder_changed,
  profile_changed: m.audit_profile_changed,
  procedure_changed: m.audit_procedure_changed,
  places_changed: m.audit_places_changed,
  assigned: m.audit_assigned,
  taken_over: m.audit_taken_over,
  waived: m.audit_waived,
  blocked: m.audit_blocked,
  waiver_reviewed: m.audit_waiver_reviewed,
  flood_set_aside: m.audit_flood_set_aside,
  flood_taken_back: m.audit_flood_taken_back,
  factor_added: m.audit_factor_added,
  factor_removed: m.audit_factor_removed,
  factors_forgotten: m.audit_factors_forgotten,
  spare_codes_replaced: m.audit_spare_codes_replaced,
  password_changed: m.audit_password_changed,
  account_recovered: m.audit_account_recovered,
  log_saved: m.audit_log_saved,
};
