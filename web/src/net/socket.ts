import type { Socket } from "socket.io-client";

import type { Connection } from "../state/types.js";
import { refusalIn } from "./api.js";
import { Refused } from "./refused.js";

const ANSWER_WITHIN_MS = 10_000;

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
    });
    this.#socket = socket;
    socket.on("connect", () => this.#onConnection("connected"));
    socket.on("disconnect", () => this.#onConnection("connecting"));
    socket.on("connect_error", () => this.#onConnection("offline"));
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
    if (answer.clock) for (const [heard, listener] of this.#listeners) if (heard === "clock") listener(answer.clock);
    return answer as Answer;
  }

  /** For what nobody waits for, such as typing. */
  say(event: string, body: object): void {
    if (this.connected) this.#socket?.emit(event, body);
  }

  close(): void {
    this.#socket?.disconnect();
    this.#socket = null;
  }
}
