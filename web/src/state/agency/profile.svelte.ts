import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";

/** What one's own agency says of itself and whom it serves. Throws `Refused`. */
export class AgencyProfile {
  kept: wire.KeptProfile | null = $state.raw(null);
  /** What does not fit in the form that was to be kept. */
  faults: wire.Fault[] = $state.raw([]);

  async load(): Promise<void> {
    this.kept = await get<wire.KeptProfile>("/api/agency/profile");
    this.faults = [];
  }

  /** False where something does not fit; then nothing is kept. */
  async keep(profile: wire.Profile): Promise<boolean> {
    const { faults } = await post<wire.ProfileChecked>("/api/agency/profile/check", { profile });
    this.faults = faults;
    if (this.kept === null || faults.length > 0) return false;
    this.kept = await post<wire.KeptProfile>("/api/agency/profile", { profile, seen: this.kept.seen });
    return true;
  }
}
