import type { Socket } from "socket.io-client";

import type * as wire from "../wire.gen.js";
import type { Connection } from "../state/types.js";
import { refusalIn } from "./api.js";
import { News } from "./news.js";
import { Refused } from "./refused.js";

const ANSWER_WITHIN_MS = 10_000;
const OPEN_WITHIN_MS = 10_000;
/** After so many sockets that did not open or did not last, news is asked for over HTTP; sockets are tried on. */
const FAILURES = 3;
const FAILURES_AT_FIRST = 1;
const LASTS_MS = 5_000;

// Socket.IO names no types of its own events; `on` gives each listener the type of its body.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Listener = (body: any) => void;

/** Not part of the first download; may be asked for ahead. */
export const fetchLine = () => import("socket.io-client");

/** The live line to the server. It may drop at any time: whatever matters is asked for again with `since`. */
export class Line {
  #socket: Socket | null = null;
  readonly #listeners: [event: string, listener: Listener][] = [];
  readonly #onConnection: (state: Connection) => void;
  /** Where the page stands in the rooms that it shows. */
  seen: () => wire.SeenUpTo[] = () => [];
  #failures = 0;
  #everOpened = false;
  #lasting: ReturnType<typeof setTimeout> | undefined;
  readonly #news = new News({
    seen: () => this.seen(),
    told: (event, body) => this.#hear(event, body),
    answered: (fresh) => {
      if (fresh || !this.#reached) this.#onConnection("connected");
      this.#reached = true;
    },
    lost: () => {
      this.#reached = false;
      if (!this.connected) this.#onConnection("offline");
    },
  });
  /** The server answers over HTTP, whatever becomes of the sockets. */
  #reached = false;

  constructor(onConnection: (state: Connection) => void) {
    this.#onConnection = onConnection;
  }

  /** Must be called before `open`. */
  on<Body>(event: string, listener: (body: Body) => void): void {
    this.#listeners.push([event, listener]);
  }

  async open(): Promise<void> {
    if (this.#socket !== null) return;
    this.#onConnection("connecting");
    const { io } = await fetchLine();
    const socket = io({
      transports: ["websocket"],
      path: "/socket.io/",
      randomizationFactor: 0.5,
      reconnectionDelayMax: 15_000,
      timeout: OPEN_WITHIN_MS,
    });
    this.#socket = socket;
    socket.on("connect", () => this.#opened());
    socket.on("disconnect", () => this.#failed("connecting"));
    socket.on("connect_error", () => this.#failed("offline"));
    for (const [event, listener] of this.#listeners) socket.on(event, listener);
  }

  get connected(): boolean {
    return this.#socket?.connected === true;
  }

  /** Sends one event and waits for its acknowledgement. Throws `Refused`; `offline` when none came in time. */
  async ask<Answer>(event: string, body: object): Promise<Answer> {
    const socket = this.#socket;
    if (socket === null || !socket.connected) throw new Refused("offline");
    let answer: { ok?: boolean; clock?: unknown };
    try {
      answer = (await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, body)) as typeof answer;
    } catch {
      throw new Refused("offline");
    }
    if (answer?.ok !== true) throw refusalIn(answer);
    // What this page itself did to a promise is told to all others only.
    if (answer.clock) this.#hear("clock", answer.clock);
    return answer as Answer;
  }

  /** For what nobody waits for, such as typing. */
  say(event: string, body: object): void {
    if (this.connected) this.#socket?.emit(event, body);
  }

  #opened(): void {
    this.#everOpened = true;
    this.#onConnection("connected");
    // Some networks let a socket open and cut it at once: until it has lasted, news goes on coming over HTTP.
    this.#lasting = setTimeout(() => {
      this.#failures = 0;
      this.#stopNews();
    }, LASTS_MS);
  }

  #failed(state: Connection): void {
    clearTimeout(this.#lasting);
    this.#failures += 1;
    if (this.#failures >= (this.#everOpened ? FAILURES : FAILURES_AT_FIRST)) this.#news.start();
    if (!this.#reached) this.#onConnection(state);
  }

  #hear(event: string, body: unknown): void {
    for (const [heard, listener] of this.#listeners) if (heard === event) listener(body);
  }

  #stopNews(): void {
    this.#news.stop();
    this.#reached = false;
  }

  close(): void {
    clearTimeout(this.#lasting);
    this.#failures = 0;
    this.#stopNews();
    this.#socket?.disconnect();
    this.#socket = null;
  }
}
