import type { Cost } from "../../crypto/argon.js";
import type { Bytes } from "../../crypto/encoding.js";
import { Refused } from "../../net/refused.js";
import { beginWorker } from "../workers.js";

/** What the page asks the worker for, and what it hears back. */
export interface Asked {
  readonly secret: Bytes;
  readonly salt: Bytes;
  readonly cost: Cost;
}

export type Told = { readonly root: Bytes } | { readonly refused: string };

let waiting: Worker | null = null;

/** Somebody is about to type a password: a worker starts and fetches what it needs. It knows nothing yet. */
export function expectPassword(): void {
  waiting ??= beginning();
}

/** Argon2id in a worker of its own, to which `secret` moves: nothing of it stays here. Throws `Refused`: offline … */
export function stretch(secret: Bytes, salt: Bytes, cost: Cost): Promise<Bytes> {
  const worker = waiting ?? beginning();
  waiting = null;
  return new Promise<Told>((resolve) => {
    worker.addEventListener("message", ({ data }: MessageEvent<Told>) => resolve(data));
    worker.addEventListener("error", () => resolve({ refused: "offline" }));
    worker.postMessage({ secret, salt, cost } satisfies Asked, [secret.buffer]);
  }).then((told) => {
    worker.terminate();
    if ("refused" in told) throw new Refused(told.refused);
    return told.root;
  });
}

/** One that could not be loaded is not kept: it would never answer. */
function beginning(): Worker {
  const worker = beginWorker("password");
  worker.addEventListener("error", () => {
    if (waiting === worker) waiting = null;
  });
  return worker;
}
