import type * as wire from "../../wire.gen.js";
import type { Bytes } from "../../crypto/encoding.js";
import { fromBase64url, toBase64url } from "../../crypto/text-forms.js";
import { Refused } from "../../net/refused.js";
import { beginWorker } from "../workers.js";

export interface Asked {
  readonly ticket: Bytes;
  readonly bits: number;
}

/** A ticket asks for more than this of no browser, whatever a server says: it would compute for hours. */
export const MOST_BITS = 13;

/** What the browser computes before it is let in, while very many come at once. */
class Effort {
  /** The page says so meanwhile. */
  running = $state(false);

  /** What goes with the ticket; empty at rest. Throws `Refused`: offline when the worker could not be loaded. */
  async for({ ticket, bits }: wire.ShareIssued): Promise<string> {
    if (bits === 0) return "";
    if (bits > MOST_BITS) throw new Refused("too_busy");
    this.running = true;
    const worker = beginWorker("effort");
    try {
      const done = await new Promise<Bytes>((resolve, reject) => {
        worker.addEventListener("message", ({ data }: MessageEvent<Bytes>) => resolve(data));
        worker.addEventListener("error", () => reject(new Refused("offline")));
        worker.postMessage({ ticket: fromBase64url(ticket), bits } satisfies Asked);
      });
      return toBase64url(done);
    } finally {
      worker.terminate();
      this.running = false;
    }
  }
}

export const effort = new Effort();
