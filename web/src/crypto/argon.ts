import { type Bytes } from "./encoding.js";

/** KiB, passes, lanes. */
export type Cost = readonly [kibibytes: number, passes: number, lanes: number];

/** The reference implementation of RFC 9106 in WebAssembly. It imports nothing: it can compute, and reach nothing. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(size: number): number;
  argon2_hash(
    passes: number,
    kibibytes: number,
    lanes: number,
    password: number,
    passwordSize: number,
    salt: number,
    saltSize: number,
    hash: number,
    hashSize: number,
    encoded: number,
    encodedSize: number,
    type: number,
    version: number,
  ): number;
}

const argon2idType = 2;
const version = 0x13;

/**
 * Argon2id (RFC 9106) with no secret and no associated data, in a memory of its own that is wiped afterwards. Stops
 * whatever runs beside it on the same thread: for a person's password see state/stretching. Throws when there is not
 * enough memory.
 */
export function argon2id(module: WebAssembly.Module, password: Bytes, salt: Bytes, cost: Cost, size = 32): Bytes {
  const wasm = new WebAssembly.Instance(module).exports as unknown as Exports;
  wasm._initialize();
  const [passwordAt, saltAt, hashAt] = [password.length, salt.length, size].map((one) => wasm.malloc(one || 1)) as [
    number,
    number,
    number,
  ];
  const memory = () => new Uint8Array(wasm.memory.buffer);
  memory().set(password, passwordAt);
  memory().set(salt, saltAt);
  const [kibibytes, passes, lanes] = cost;
  const given = [passwordAt, password.length, saltAt, salt.length] as const;
  const failure = wasm.argon2_hash(passes, kibibytes, lanes, ...given, hashAt, size, 0, 0, argon2idType, version);
  const found = memory().slice(hashAt, hashAt + size);
  memory().fill(0);
  if (failure !== 0) throw new RangeError(`Argon2id gave up with ${failure}`);
  return found;
}
