import { fromHex, toHex } from "../../crypto/text-forms.js";
import { Refused } from "../../net/refused.js";
import type { Bytes } from "../protocol.js";

const GROUP = 4;
const KEY_SYMBOLS = 64;

/** A key or fingerprint as it is printed: 16 groups of four hexadecimal digits. */
export const inGroups = (bytes: Bytes): string[] => toHex(bytes).match(new RegExp(`.{${GROUP}}`, "g")) ?? [];

/** Accepts what people type or paste from a page: any case, spaces, hyphens, line breaks. Else `paper_key_invalid`. */
export function readPaperKey(typed: string): Bytes {
  const symbols = plain(typed);
  if (symbols.length !== KEY_SYMBOLS || !/^[0-9a-f]*$/.test(symbols)) throw new Refused("paper_key_invalid");
  return fromHex(symbols);
}

/** Whether a group was retyped as it is printed. */
export const isGroup = (typed: string, group: string | undefined): boolean => plain(typed) === group;

const plain = (typed: string): string =>
  typed
    .replace(/[\s-]/g, "")
    .toLowerCase()
    // No letter O and no letter L is ever printed: who types one has read a digit.
    .replaceAll("o", "0")
    .replaceAll("l", "1");
