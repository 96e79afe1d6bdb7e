/** The server's time as well as this page knows it. A device's own clock may be hours off, and a promise must not be. */
class ServerTime {
  #ahead = $state(0);

  /** Takes a `server_time` from an answer that has just come. */
  learn(serverTime: string): void {
    this.#ahead = Date.parse(serverTime) - Date.now();
  }

  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }
}

export const serverTime = new ServerTime();
