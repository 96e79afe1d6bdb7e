import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { argon2id } from "../argon.js";
import type { Stretch } from "../passwords.js";

const file = createRequire(import.meta.url).resolve("@phi-ag/argon2/argon2.wasm");

/** The very file that pages fetch. */
export const argonModule = new WebAssembly.Module(readFileSync(file));

/** Here and now, without a worker. */
export const stretch: Stretch = (secret, salt, cost) => Promise.resolve(argon2id(argonModule, secret, salt, cost));
