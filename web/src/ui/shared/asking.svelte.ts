import type { Refusal } from "../../state/types.js";

/** What was thrown, as something that has a sentence. A bug is not hidden: the console shows it, the page says so. */
export function refusalIn(reason: unknown): Refusal {
  const { code, field, alarms } = (reason ?? {}) as { code?: unknown; field?: unknown; alarms?: Refusal["alarms"] };
  if (typeof code !== "string") {
    console.error(reason);
    return { code: "unexpected" };
  }
  return { code, ...(typeof field === "string" ? { field } : {}), ...(alarms === undefined ? {} : { alarms }) };
}

/** One step that may take a while or be refused: what a form or a button shows meanwhile. */
export class Asking {
  running = $state(false);
  refusal: Refusal | null = $state.raw(null);

  /** True when the step went well. A second press while it runs does nothing. */
  async run(step: () => Promise<unknown>): Promise<boolean> {
    if (this.running) return false;
    this.running = true;
    this.refusal = null;
    try {
      await step();
      return true;
    } catch (reason) {
      this.refusal = refusalIn(reason);
      return false;
    } finally {
      this.running = false;
    }
  }
}
