import type * as wire from "../wire.gen.js";
import { post } from "../net/api.js";
import type { ThreadState } from "./open-thread.svelte.js";
import type { Surroundings } from "./surroundings.js";
import type { ReferralReason } from "./types.js";

/** A counsellor asks the client whether they want to go on at another agency. */
export async function propose(around: Surroundings, thread: ThreadState, reason: ReferralReason): Promise<void> {
  await post<wire.Proposed>(`/api/threads/${thread.summary.room}/propose`, { reason });
  await around.refresh(thread);
}

/** The client stays where they are. */
export async function stay(around: Surroundings, thread: ThreadState): Promise<void> {
  await post<wire.Proposed>(`/api/threads/${thread.summary.room}/stay`);
  await around.refresh(thread);
}
