import type * as wire from "../wire.gen.js";
import { get } from "../net/api.js";
import { serverTime } from "./server-time.svelte.js";
import type { SiteView, TopicView } from "./types.js";

/** What the server tells anybody who comes in, without asking who they are. */
export async function site(): Promise<SiteView> {
  const told = await get<wire.Site>("/api/site");
  serverTime.learn(told.server_time);
  return {
    version: told.version,
    demo: told.demo,
    promiseHours: told.promise_hours,
    provider: told.provider,
    emergency: told.emergency,
  };
}

export const topics = async (): Promise<TopicView[]> => (await get<wire.Topics>("/api/topics")).topics;

/** Names of agencies near a place of which only the first digits are known. */
export async function nearby(topic: string, begins: string): Promise<string[]> {
  const near = await get<wire.NearbyAgencies>("/api/agencies/nearby", { topic, begins });
  return near.agencies.map(({ name }) => name);
}

/** Pseudonyms that nobody has. */
export const freeNames = async (): Promise<string[]> => (await get<wire.FreeNames>("/api/names")).names;
