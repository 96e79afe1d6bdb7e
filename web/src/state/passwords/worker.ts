/** Runs beside the page: 64 MiB of Argon2id must not stop it. One password, then the page ends it, memory and all. */
import argonUrl from "@phi-ag/argon2/argon2.wasm?url";

import { argon2id } from "../../crypto/argon.js";
import type { Asked, Told } from "./stretching.js";

async function fetched(): Promise<WebAssembly.Module> {
  const answer = await fetch(argonUrl);
  if (!answer.ok) throw new TypeError(`${answer.status}`);
  return WebAssembly.compile(await answer.arrayBuffer());
}

/** Begun before the password is there, so that it need not wait for the network then. */
const early = fetched();
early.catch(() => undefined);

/** What failed before is tried once more: the line may be back. */
async function stretched({ secret, salt, cost }: Asked): Promise<Told> {
  try {
    const module = await early.catch(fetched);
    return { root: argon2id(module, secret, salt, cost) };
  } catch (reason) {
    return { refused: reason instanceof TypeError ? "offline" : "unexpected" };
  } finally {
    secret.fill(0);
  }
}

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  void stretched(data).then((told) => postMessage(told));
});
