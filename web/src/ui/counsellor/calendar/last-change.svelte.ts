import { m } from "../../../paraglide/messages.js";
import { Asking } from "../../shared/asking.svelte.js";

/** What was done last on this page, for as long as it can be taken back. */
export class LastChange {
  readonly asking = new Asking();
  said = $state("");
  #undo: (() => Promise<unknown>) | null = $state.raw(null);

  get canUndo(): boolean {
    return this.#undo !== null;
  }

  done(undo: () => Promise<unknown>): void {
    this.asking.refusal = null;
    this.said = m.hours_done();
    this.#undo = undo;
  }

  forget(): void {
    this.said = "";
    this.#undo = null;
    this.asking.refusal = null;
  }

  async undo(): Promise<void> {
    const undo = this.#undo;
    if (undo === null || !(await this.asking.run(undo))) return;
    this.#undo = null;
    this.said = m.hours_undone();
  }
}
