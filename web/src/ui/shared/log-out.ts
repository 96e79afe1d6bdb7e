import type { App } from "../../state/types.js";
import { router } from "./router.svelte.js";

/** The keys are wiped whether or not the server can be reached, so there is nothing to report when it cannot. */
export async function logOut(app: App, then: string): Promise<void> {
  await app.logOut().catch(() => undefined);
  router.wanted = null;
  router.replace(then);
}
