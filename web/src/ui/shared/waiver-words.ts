import { m } from "../../paraglide/messages.js";
import type { WaiverReason } from "../../state/agency/waiver-types.js";

export const reasonInWords = (reason: WaiverReason): string =>
  ({
    abuse: m.waiver_abuse,
    harassment: m.waiver_harassment,
    spam: m.waiver_spam,
    mistaken: m.waiver_mistaken,
  })[reason]();
