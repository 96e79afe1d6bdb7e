import { m } from "../../paraglide/messages.js";

const sentences: Record<string, () => string> = {
  straightRow: m.password_keyboard,
  keyPattern: m.password_keyboard,
  simpleRepeat: m.password_repeats,
  extendedRepeat: m.password_repeats,
  sequences: m.password_sequence,
  recentYears: m.password_date,
  dates: m.password_date,
  topTen: m.password_common,
  topHundred: m.password_common,
  common: m.password_common,
  similarToCommon: m.password_common,
  pwned: m.password_common,
  wordByItself: m.password_word,
  namesByThemselves: m.password_word,
  commonNames: m.password_word,
  userInputs: m.password_own_name,
};

/** Below this nothing else is worth saying about a password. */
export const LEAST_CHARACTERS = 10;

/** Words for what makes a password weak; `reason` is a key of zxcvbn's list. */
export const weaknessInWords = (reason: string): string => (sentences[reason] ?? m.password_weak_hint)();
