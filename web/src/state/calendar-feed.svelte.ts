import type * as wire from "../wire.gen.js";
import { get, post } from "../net/api.js";
import { maybeAt } from "./views.js";

/** The address under which a counsellor's own calendar program reads along. Throws `Refused`. */
export class CalendarFeed {
  /** Told once, when it is made: the server does not know it afterwards. */
  address: string | null = $state(null);
  madeAt: Date | null = $state.raw(null);

  async load(): Promise<void> {
    const { made_at } = await get<wire.FeedState>("/api/calendar/feed");
    this.madeAt = maybeAt(made_at);
  }

  async open(language: wire.OpenFeed["language"]): Promise<void> {
    const opened = await post<wire.FeedOpened>("/api/calendar/feed", { language });
    this.address = opened.address;
    this.madeAt = maybeAt(opened.made_at);
  }

  async close(): Promise<void> {
    await post<wire.FeedState>("/api/calendar/feed/close");
    this.address = this.madeAt = null;
  }
}
