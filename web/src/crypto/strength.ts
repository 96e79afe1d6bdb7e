import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as german } from "@zxcvbn-ts/language-de";
import { dictionary as english } from "@zxcvbn-ts/language-en";

import { PasswordWeak } from "./errors.js";

const leastScore = 3;
const leastCharacters = 10;
/** Guessing costs grow with the square of the length; nobody's password becomes weak after a hundred characters. */
const looksAt = 100;

const zxcvbn = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary: { ...common, ...german, ...english } });

/** A chunk of its own with the word lists. The server never sees a password, so this is the only check there is. */
export async function rate(password: string, name: string): Promise<void> {
  const characters = [...password];
  const { score, feedback } = await zxcvbn.checkAsync(characters.slice(0, looksAt).join(""), [name, "sprechraum"]);
  if (score < leastScore || characters.length < leastCharacters) {
    throw new PasswordWeak(feedback.warning, feedback.suggestions);
  }
}
