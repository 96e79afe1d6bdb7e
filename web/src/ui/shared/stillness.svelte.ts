import type { App } from "../../state/types.js";
import { logOut } from "./log-out.js";

const MINUTE_MS = 60_000;
/** Without a touch or a key for so long, the page asks; and then waits for so long. */
const STILL_MS = 20 * MINUTE_MS;
const ASKED_MS = 2 * MINUTE_MS;
const EVERY_MS = 5_000;
/** Not `scroll`: a conversation scrolls by itself when something comes. */
const SIGNS = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/**
 * A client at a computer that others use, too, may have gone without logging out. Whoever sits down there next must not
 * find the messages open: the page asks, and if nobody answers it wipes the keys and logs out.
 */
class Stillness {
  asks = $state(false);
  /** The page has logged somebody out like this; the next log-in takes it back. */
  left = $state(false);
  #last = 0;

  /** From now on, until what it gives is called. */
  watch(app: App): () => void {
    this.left = false;
    this.stay();
    const stay = (): void => this.stay();
    const look = (): void => void this.#look(app);
    for (const sign of SIGNS) addEventListener(sign, stay, { passive: true, capture: true });
    // Where the machine slept, no timer ran: the first look is when somebody opens it.
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(look, EVERY_MS);
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, stay, { capture: true });
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
      this.asks = false;
    };
  }

  stay(): void {
    // Time that has run out is not given back by the hand that wakes the machine.
    if (this.asks && Date.now() - this.#last >= STILL_MS + ASKED_MS) return;
    this.#last = Date.now();
    this.asks = false;
  }

  async #look(app: App): Promise<void> {
    const still = Date.now() - this.#last;
    // A device's clock that was put back would keep the page open for as long as that.
    if (still < 0) return this.stay();
    this.asks = still >= STILL_MS;
    if (still < STILL_MS + ASKED_MS || this.left) return;
    this.left = true;
    const out = logOut(app, "/login");
    // The keys do not wait for a server that may not answer.
    app.forget();
    await out;
  }
}

export const stillness = new Stillness();
