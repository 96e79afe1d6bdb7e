import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { refusals } from "../../crypto/errors.js";
import { overwriteGetLocale } from "../../paraglide/runtime.js";
import { agencySentences } from "../coordinator/refusals.js";
import { counsellorSentences } from "../counsellor/refusals.js";
import { factorSentences, learnFactorSentences } from "./factor/refusals.js";
import { codesWithSentence, sentenceFor } from "./refusals.js";

const web = fileURLToPath(new URL("../../..", import.meta.url));
const root = join(web, "..");
const words = (locale: string): Record<string, string> =>
  JSON.parse(readFileSync(join(web, "messages", `${locale}.json`), "utf8"));
const german = words("de");
const english = words("en");
const onlyGerman = (key: string): boolean => key.endsWith("_sie");
const placeholders = (sentence: string | undefined): string[] => (sentence?.match(/\{\w+\}/g) ?? []).sort();

function codesIn(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith("errors.py"),
  );
  const sources = files.map((file) => readFileSync(join(root, folder, file), "utf8"));
  return sources.flatMap((source) =>
    [...source.matchAll(/^\s+code(?:: [^=]+)? = "(\w+)"/gm)].map(([, code]) => code ?? ""),
  );
}

const spokenCodes = [
  ...codesWithSentence,
  ...Object.keys(agencySentences),
  ...Object.keys(counsellorSentences),
  ...Object.keys(factorSentences),
];
learnFactorSentences();

test("every code has one sentence in German and one in English", () => {
  for (const code of spokenCodes) {
    expect(german, code).toHaveProperty(`error_${code}`);
    expect(english, code).toHaveProperty(`error_${code}`);
  }
});

test("no sentence is for a code that does not exist", () => {
  const spoken = Object.keys(german).filter((key) => key.startsWith("error_"));
  expect(spoken.sort()).toEqual(spokenCodes.map((code) => `error_${code}`).sort());
});

test("what the server can refuse has more than the sentence for the unexpected", () => {
  overwriteGetLocale(() => "en");
  const codes = [...codesIn("chatserver"), ...codesIn("booking")];
  expect(codes).toContain("slot_taken");
  expect(codes.filter((code) => sentenceFor({ code }) === english["error_unexpected"])).toEqual([]);
});

test("a verdict of the protocol never leaves the page without words", () => {
  overwriteGetLocale(() => "de");
  for (const code of Object.keys(refusals)) expect(sentenceFor({ code }).length, code).toBeGreaterThan(20);
});

test("both languages have the same sentences with the same places to fill", () => {
  expect(
    Object.keys(german)
      .filter((key) => !onlyGerman(key))
      .sort(),
  ).toEqual(Object.keys(english).sort());
  for (const [key, sentence] of Object.entries(english)) {
    expect(placeholders(german[key]), key).toEqual(placeholders(sentence));
  }
});

test("a polite sentence has a familiar twin", () => {
  for (const key of Object.keys(german).filter(onlyGerman)) {
    const twin = german[key.replace(/_sie$/, "")];
    expect(twin, key).toBeDefined();
    expect(placeholders(german[key]), key).toEqual(placeholders(twin));
  }
});

test("no sentence shouts and none is empty", () => {
  for (const sentence of [...Object.values(german), ...Object.values(english)]) {
    expect(sentence.trim()).not.toBe("");
    expect(sentence).not.toContain("!");
  }
});
