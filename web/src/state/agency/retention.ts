import type * as wire from "../../wire.gen.js";
import { get, post } from "../../net/api.js";

/** After how many months without a word conversations of one's own agency go; null: never by themselves. */
export const retention = async (): Promise<number | null> =>
  (await get<wire.Retention>("/api/agency/retention")).months;

export const keepRetention = async (months: number | null): Promise<number | null> =>
  (await post<wire.Retention>("/api/agency/retention", { months })).months;
