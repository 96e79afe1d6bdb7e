import { Refused } from "./refused.js";

type Method = "GET" | "POST" | "PUT";

let showsFactor: () => Promise<void> = () => Promise.reject(new Refused("step_up_required"));

/** How a person shows a second factor once more, where the server wants to see it: asked in place, and then it goes on. */
export const stepUpBy = (way: () => Promise<void>): void => void (showsFactor = way);

/** As `callOnce`; where a fresh second factor is wanted, it is asked for, and what was to be done is done. */
export async function call<Answer>(method: Method, path: string, body?: object, within?: number): Promise<Answer> {
  try {
    return await callOnce<Answer>(method, path, body, within);
  } catch (reason) {
    if (!(reason instanceof Refused && reason.code === "step_up_required")) throw reason;
    await showsFactor();
    return callOnce<Answer>(method, path, body, within);
  }
}

/** Asks the server once. Throws `Refused` with the server's code, or `offline` when no answer came, or none `within` that many ms. */
export async function callOnce<Answer>(method: Method, path: string, body?: object, within?: number): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      ...(within === undefined ? {} : { signal: AbortSignal.timeout(within) }),
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refused("offline");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as Answer;
  throw refusalIn(answer);
}

/** Told to the server also by a page that is gone the next moment. Nobody waits for the answer. */
export const tellInPassing = (path: string): void =>
  void fetch(path, {
    method: "POST",
    keepalive: true,
    credentials: "same-origin",
    referrerPolicy: "no-referrer",
  }).catch(() => undefined);

export const get = <Answer>(path: string, query: Record<string, string | number> = {}): Promise<Answer> => {
  const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  return call<Answer>("GET", search.size > 0 ? `${path}?${search.toString()}` : path);
};

export const post = <Answer>(path: string, body: object = {}, within?: number): Promise<Answer> =>
  call<Answer>("POST", path, body, within);
export const put = <Answer>(path: string, body: object): Promise<Answer> => call<Answer>("PUT", path, body);

export function refusalIn(answer: unknown): Refused {
  const { code, field } = (answer ?? {}) as { code?: unknown; field?: unknown };
  return new Refused(typeof code === "string" ? code : "internal", typeof field === "string" ? field : undefined);
}
