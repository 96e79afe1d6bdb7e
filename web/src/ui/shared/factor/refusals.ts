import { m } from "../../../paraglide/messages.js";
import { learnSentences } from "../refusals.js";

/** What can be refused only where a second factor is shown or set up. */
export const factorSentences = {
  second_factor_wrong: m.error_second_factor_wrong,
  provider_away: m.error_provider_away,
  provider_refused: m.error_provider_refused,
  identity_not_linked: m.error_identity_not_linked,
  identity_taken: m.error_identity_taken,
  passphrase_wrong: m.error_passphrase_wrong,
  factor_unreadable: m.error_factor_unreadable,
  code_used: m.error_code_used,
  code_clock_wrong: m.error_code_clock_wrong,
  passkey_refused: m.error_passkey_refused,
  passkey_left: m.error_passkey_left,
  last_factor: m.error_last_factor,
  factors_full: m.error_factors_full,
};

export const learnFactorSentences = (): void => learnSentences(factorSentences);
