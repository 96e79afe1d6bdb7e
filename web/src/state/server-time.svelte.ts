import type { ClocksApart } from "./types.js";

const DAY_MS = 24 * 60 * 60_000;

/** The server's time as well as this page knows it. A device's own clock may be hours off, and a promise must not be. */
class ServerTime {
  #ahead = $state(0);

  /** Takes a `server_time` from an answer that has just come. */
  learn(serverTime: string): void {
    this.#ahead = Date.parse(serverTime) - Date.now();
  }

  /** What the device and the server take for now, where the protocol cannot overlook it: more than a day apart. */
  get apart(): ClocksApart | null {
    if (Math.abs(this.#ahead) <= DAY_MS) return null;
    return { device: new Date(), server: this.now() };
  }

  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }
}

export const serverTime = new ServerTime();
