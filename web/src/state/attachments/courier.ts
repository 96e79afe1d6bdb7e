import { Refused } from "../../net/refused.js";
import { beginWorker } from "../workers.js";
import type { Errand, Heard, Outcome, Tell } from "./errands.js";

/** An errand that a worker of its own is doing. `stop` ends it where it stands. */
export interface Running<Result> {
  readonly result: Promise<Result>;
  stop(): void;
}

/** Sends a worker off. Its result throws `Refused`; after `stop` it never comes. */
export function sendOff<One extends Errand>(errand: One, tell: Tell = () => undefined): Running<Outcome<One>> {
  const worker = beginWorker("file");
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
