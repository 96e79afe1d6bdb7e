import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import adjacencyGraphs from "@zxcvbn-ts/language-common/dist/adjacencyGraphs.json.mjs";
import diceware from "@zxcvbn-ts/language-common/dist/diceware.json.mjs";
import passwords from "@zxcvbn-ts/language-common/dist/passwords.json.mjs";
import germanWords from "@zxcvbn-ts/language-de/dist/commonWords.json.esm.js";
import germanFirstNames from "@zxcvbn-ts/language-de/dist/firstnames.json.esm.js";
import germanLastNames from "@zxcvbn-ts/language-de/dist/lastnames.json.esm.js";
import englishFirstNames from "@zxcvbn-ts/language-en/dist/firstnames.json.mjs";
import englishWords from "@zxcvbn-ts/language-en/dist/wikipedia.json.mjs";

import { PasswordWeak } from "./errors.js";

const leastScore = 3;
const leastCharacters = 10;
/** Guessing costs grow with the square of the length; nobody's password becomes weak after a hundred characters. */
const looksAt = 100;

/** Of the word lists only those that people choose from: all of them would be 1.2 MB on a phone. */
const dictionary = {
  passwords,
  diceware,
  germanWords,
  germanFirstNames,
  germanLastNames,
  englishWords,
  englishFirstNames,
};
const zxcvbn = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary });

/** A chunk of its own with the word lists. The server never sees a password, so this is the only check there is. */
export async function rate(password: string, name: string): Promise<void> {
  const characters = [...password];
  const { score, feedback } = await zxcvbn.checkAsync(characters.slice(0, looksAt).join(""), [name, "sprechraum"]);
  if (score < leastScore || characters.length < leastCharacters) {
    throw new PasswordWeak(feedback.warning, feedback.suggestions);
  }
}
