import type * as wire from "../../wire.gen.js";
import type { FactorQuestion } from "./types.js";

/** The question that stands now; the page shows it in the place of everything else. */
class Asked {
  it: FactorQuestion | null = $state.raw(null);
}

export const asked = new Asked();

/** What comes after the right password: nothing for a client. Throws `Refused`; `factor_left` when somebody goes away. */
export async function admitted(answer: wire.Admitted): Promise<wire.SignedIn> {
  if (answer.signed_in !== null) return answer.signed_in;
  const { askAfterPassword } = await import("./second-factor.svelte.js");
  return askAfterPassword(answer);
}

/** The server wants to see the second factor once more. Throws as `admitted` does. */
export async function steppedUp(): Promise<void> {
  const { askAgain } = await import("./second-factor.svelte.js");
  await askAgain();
}
