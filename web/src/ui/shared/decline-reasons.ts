import { m } from "../../paraglide/messages.js";

/** Why a counsellor does not take an enquiry, or gives a conversation back. */
export const declineReasons = [
  { reason: "topic", words: m.decline_topic },
  { reason: "conflict", words: m.decline_conflict },
  { reason: "capacity", words: m.decline_capacity },
] as const;
