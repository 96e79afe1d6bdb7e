import { chance, type Chance } from "./chance.js";
import { type Bytes } from "./encoding.js";
import { CryptoRefusal } from "./errors.js";
import { labels } from "./labels.js";
import { expand, hash } from "./symmetric.js";
import { kemPublicKey } from "./wrapping.js";

/** Crockford's alphabet: no I, L, O, U, so that nothing printed can be misread. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeSymbols = 26;
const checkSymbols = 2;

export interface RecoveryKeys {
  readonly seed: Bytes;
  /** A second log-in verifier, for those who lost the password. */
  readonly auth: Bytes;
  readonly pk: Bytes;
}

export function newRecoveryCode(draw: Chance = chance): Promise<string> {
  return spell(draw(16));
}

/** Accepts what people type: any case, spaces, hyphens, I and L for 1, O for 0. Else `recovery_code_invalid`. */
export async function recoveryKeys(typed: string): Promise<RecoveryKeys> {
  const root = await hash(labels.recoveryRoot, await readRecoveryCode(typed));
  const [seed, auth] = await Promise.all([expand(root, labels.recoverySeed), expand(root, labels.recoveryAuth)]);
  root.fill(0);
  return { seed, auth, pk: await kemPublicKey(seed) };
}

async function readRecoveryCode(typed: string): Promise<Bytes> {
  const symbols = plain(typed);
  if (symbols.length !== codeSymbols + checkSymbols) invalid();
  let value = 0n;
  for (const symbol of symbols.slice(0, codeSymbols)) value = value * 32n + BigInt(alphabet.indexOf(symbol));
  if ((value & 3n) !== 0n) invalid();
  const hex = (value >> 2n).toString(16).padStart(32, "0");
  const code = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  if (plain(await spell(code)) !== symbols) invalid();
  return code;
}

/** Seven groups of four: 128 bits and two zero bits in 26 symbols, then ten bits of a check. */
async function spell(code: Bytes): Promise<string> {
  const check = await hash(labels.recoveryCheck, code);
  const tenBits = ((check[0] ?? 0) << 2) | ((check[1] ?? 0) >> 6);
  const bits = code.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  let rest = (bits << 12n) | BigInt(tenBits);
  let symbols = "";
  for (let index = 0; index < codeSymbols + checkSymbols; index++) {
    symbols = (alphabet[Number(rest & 31n)] ?? "") + symbols;
    rest >>= 5n;
  }
  return (symbols.match(/.{4}/g) ?? []).join("-");
}

function plain(typed: string): string {
  const letters = typed.replace(/[ -]/g, "").replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const symbols = letters.replace(/[IL]/g, "1").replace(/O/g, "0");
  if (![...symbols].every((symbol) => alphabet.includes(symbol))) invalid();
  return symbols;
}

function invalid(): never {
  throw new CryptoRefusal("recovery_code_invalid");
}
