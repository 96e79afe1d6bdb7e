import type * as wire from "../wire.gen.js";
import { post } from "./api.js";
import { Refused } from "./refused.js";

const WAIT_S = 20;
/** Longer than the server waits, and than a full answer takes on a slow line. */
const ANSWER_WITHIN_MS = 60_000;
const LONGEST_PAUSE_MS = 15_000;

interface Listening {
  /** Where the page stands in its open rooms. */
  seen(): wire.SeenUpTo[];
  told(event: string, body: unknown): void;
  /** `fresh`: what happened before was not told. */
  answered(fresh: boolean): void;
  lost(): void;
}

/** News over HTTP, for networks that let no WebSocket through: one question at a time, answered when there is some. */
export class News {
  #round: object | null = null;
  #line: string | null = null;
  #heard = 0;

  constructor(private readonly listening: Listening) {}

  get running(): boolean {
    return this.#round !== null;
  }

  start(): void {
    if (this.#round !== null) return;
    this.#round = {};
    void this.#ask(this.#round);
  }

  stop(): void {
    this.#round = null;
    this.#line = null;
    this.#heard = 0;
  }

  async #ask(round: object): Promise<void> {
    for (let failures = 0; this.#round === round;) {
      try {
        const question = { rooms: this.listening.seen(), line: this.#line, heard: this.#heard, wait: WAIT_S };
        const news = await post<wire.News>("/api/news", question, ANSWER_WITHIN_MS);
        if (this.#round !== round) return;
        failures = 0;
        this.#take(news);
      } catch (reason) {
        if (this.#round !== round) return;
        // The next log-in opens the line anew.
        if (reason instanceof Refused && reason.code === "session_expired") return this.stop();
        failures += 1;
        this.listening.lost();
        await pause(Math.min(1000 * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2));
      }
    }
  }

  #take(news: wire.News): void {
    this.#line = news.line;
    this.#heard = Math.max(this.#heard, ...news.told.map(({ number }) => number));
    this.listening.answered(news.missed);
    for (const { room, items } of news.rooms)
      for (const item of items) this.listening.told("posted", { room, ...item });
    for (const { event, body } of news.told) this.listening.told(event, body);
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
