import { Refused } from "../net/refused.js";

const STOPS = ["vault_does_not_open", "vault_stale", "suite_unknown", "pins_contradict"];

/** The vault itself cannot be used: the page stops, whatever it was doing, and resets nothing (T1, T7, T8, T9). */
export class VaultStopped extends Refused {}

/** Of a step that opens or merges a vault: what the vault refuses stops the page, everything else is as it was. */
export async function openingVault<Result>(step: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (reason) {
    const code = (reason as { code?: unknown } | null)?.code;
    throw typeof code === "string" && STOPS.includes(code) ? new VaultStopped(code) : reason;
  }
}
