import workerUrl from "./worker.ts?worker&url";

import { Refused } from "../../net/refused.js";
import type { Errand, Heard, Outcome, Tell } from "./errands.js";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** The page's own policy lets a string become a script's address nowhere but here, and only this one (see the CSP). */
const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
const policy = policies?.createPolicy("sprechraum-worker", {
  createScriptURL: (url) => {
    if (url !== workerUrl) throw new TypeError("not the worker");
    return url;
  },
});

/** An errand that a worker of its own is doing. `stop` ends it where it stands. */
export interface Running<Result> {
  readonly result: Promise<Result>;
  stop(): void;
}

/** Sends a worker off. Its result throws `Refused`; after `stop` it never comes. */
export function sendOff<One extends Errand>(errand: One, tell: Tell = () => undefined): Running<Outcome<One>> {
  const worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: "module" });
  const result = new Promise<Outcome<One>>((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<Heard>) => {
      if (data.said === "progress") return tell(data.progress);
      worker.terminate();
      if (data.said === "done") resolve(data.outcome as Outcome<One>);
      else reject(new Refused(data.code));
    });
    worker.addEventListener("error", () => {
      worker.terminate();
      reject(new Refused("unexpected"));
    });
    worker.postMessage(errand);
  });
  return { result, stop: () => worker.terminate() };
}
