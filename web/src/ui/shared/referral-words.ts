import { m } from "../../paraglide/messages.js";
import type { ReferralReason } from "../../state/types.js";

export const referralReasons = ["topic", "place", "language", "capacity"] as const satisfies readonly ReferralReason[];

const forClient: Record<ReferralReason, () => string> = {
  topic: m.onward_because_topic,
  place: m.onward_because_place,
  language: m.onward_because_language,
  capacity: m.onward_because_capacity,
};
const forCounsellor: Record<ReferralReason, () => string> = {
  topic: m.onward_reason_topic,
  place: m.onward_reason_place,
  language: m.onward_reason_language,
  capacity: m.onward_reason_capacity,
};

export const reasonForClient = (reason: ReferralReason): string => forClient[reason]();
export const reasonForCounsellor = (reason: ReferralReason): string => forCounsellor[reason]();
