import fileWorker from "./attachments/worker.ts?worker&url";
import effortWorker from "./effort/worker.ts?worker&url";
import passwordWorker from "./passwords/worker.ts?worker&url";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

const workers = { effort: effortWorker, file: fileWorker, password: passwordWorker, notices: "/notices.js" };

/** The page's own policy lets a string become a script's address nowhere but here, and only these (see the CSP). */
const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
const policy = policies?.createPolicy("sprechraum-worker", {
  createScriptURL: (url) => {
    if (!Object.values(workers).includes(url)) throw new TypeError("not a worker");
    return url;
  },
});

/** A thread beside the page. Whoever begins it ends it. */
export function beginWorker(which: "effort" | "file" | "password"): Worker {
  const url = workers[which];
  return new Worker(policy?.createScriptURL(url) ?? url, { type: "module" });
}

/** The address of what shows notices while no page is open, as the browser lets it be registered. */
export const noticesWorker = (): string | { toString(): string } =>
  policy?.createScriptURL(workers.notices) ?? workers.notices;
