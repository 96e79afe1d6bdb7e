import { m } from "../../paraglide/messages.js";

const sentences: Record<string, () => string> = {
  calendar_unreadable: m.error_calendar_unreadable,
  calendar_too_large: m.error_calendar_too_large,
  calendar_too_complex: m.error_calendar_too_complex,
  address_not_public: m.import_failed_not_public,
  address_unreachable: m.import_failed_unreachable,
  address_refused: m.import_failed_refused,
  address_redirects: m.import_failed_redirects,
  address_too_slow: m.import_failed_too_slow,
  address_unknown: m.import_failed_unknown,
};

/** Why another calendar could not be read, and what to do: never nothing, whatever the code. */
export const failureInWords = (code: string): string => (sentences[code] ?? m.import_failed_unreachable)();
