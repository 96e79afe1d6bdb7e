import type { App } from "../../state/types.js";

const EVERY_MS = 5_000;

/** Lets sentences such as "4 hours left" grow old by themselves. What time it is, only the server says. */
class Ticking {
  #beat = $state(0);

  constructor() {
    setInterval(() => (this.#beat += 1), EVERY_MS);
  }

  now(app: App): Date {
    void this.#beat;
    return app.now();
  }
}

export const ticking = new Ticking();
