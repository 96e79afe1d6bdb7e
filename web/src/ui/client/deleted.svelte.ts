import type { DeletionView } from "../../state/types.js";

/** What was deleted last, for the page that says so; gone with the page. */
class LastDeleted {
  it: DeletionView | null = $state.raw(null);
}

export const lastDeleted = new LastDeleted();
