import { shake256 } from "@noble/hashes/sha3.js";

import { codeOf, type RefusalCode } from "../errors.js";
import { lp, u64, utf8, type Bytes } from "../encoding.js";
import { fromHex } from "../text-forms.js";
import { type Chance } from "../chance.js";

const files = import.meta.glob<{ default: unknown }>("../../../../crypto/vectors/*.json", { eager: true });

/** What `python -m crypto.vectors.write` wrote; the shape is said by whoever reads it. */
export function vectors<Shape>(name: string): Shape {
  const found = Object.entries(files).find(([path]) => path.endsWith(`/${name}.json`));
  if (found === undefined) throw new Error(`crypto/vectors/${name}.json is missing`);
  return found[1].default as Shape;
}

/** Hex; `~n` at the end stands for n zero bytes. */
export function bytes(written: string): Bytes {
  const [hex = "", zeros = "0"] = written.split("~");
  const front = fromHex(hex);
  const whole = new Uint8Array(front.length + Number(zeros));
  whole.set(front);
  return whole;
}

/** The code of the refusal, or null; anything else that is thrown is a bug and goes on. */
export async function refusalOf(attempt: () => unknown): Promise<RefusalCode | null> {
  try {
    await attempt();
    return null;
  } catch (failure) {
    const code = codeOf(failure);
    if (code === null) throw failure;
    return code;
  }
}

/** The same bytes for the same name, as the maker of the vectors draws them. */
export function scripted(name: string): Chance {
  let drawn = 0;
  return (length) => {
    drawn += 1;
    return new Uint8Array(shake256(lp(utf8(name), u64(drawn)), { dkLen: length }));
  };
}
