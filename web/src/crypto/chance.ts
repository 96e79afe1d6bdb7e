import { type Bytes } from "./encoding.js";

/** Where random bytes come from. Only the tests that repeat the vectors pass another one (T27). */
export type Chance = (length: number) => Bytes;

export const chance: Chance = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Overwrites secrets before the page goes (quick exit); what the engine copied meanwhile is beyond reach. */
export function forget(...secrets: Bytes[]): void {
  for (const secret of secrets) secret.fill(0);
}
