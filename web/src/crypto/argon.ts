import { argon2id } from "hash-wasm";

import { type Bytes } from "./encoding.js";

/** A chunk of its own: the WebAssembly is fetched only when somebody types a password. */
export async function argon2(
  password: Bytes,
  salt: Bytes,
  kibibytes: number,
  passes: number,
  lanes: number,
): Promise<Bytes> {
  const cost = { memorySize: kibibytes, iterations: passes, parallelism: lanes, hashLength: 32 };
  return new Uint8Array(await argon2id({ password, salt, ...cost, outputType: "binary" }));
}
