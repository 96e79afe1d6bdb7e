import type * as wire from "../wire.gen.js";
import type { ConsentView } from "./types.js";

const instant = (at: string | null): Date | null => (at === null ? null : new Date(at));

export const consentView = ({ standing, given_at, withdrawn_at }: wire.OwnConsent): ConsentView => ({
  standing,
  givenAt: instant(given_at),
  withdrawnAt: instant(withdrawn_at),
});
