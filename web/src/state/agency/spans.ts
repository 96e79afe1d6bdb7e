const DAY = 86_400_000;

/** For how long somebody is certified, and how long a coordinator's key signs. */
export const A_YEAR = 365 * DAY;
/** Certificates that end sooner than this are prolonged with the next roster that is signed anyway. */
export const PROLONG_BEFORE = 90 * DAY;
/** A roster lasts 35 days; with less than this left it is signed anew. */
export const RENEW_BEFORE = 25 * DAY;
/** From here on the page warns. */
export const WARN_BEFORE = 14 * DAY;

/** Certificates count from midnight UTC, so that nobody's clock is a minute too slow for them. */
export function span(now: number): { notBefore: number; notAfter: number } {
  const notBefore = now - (now % DAY);
  return { notBefore, notAfter: notBefore + A_YEAR };
}
