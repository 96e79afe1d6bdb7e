import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

type Words = Record<string, string>;

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const words = (locale: string): Words =>
  JSON.parse(readFileSync(join(root, `messages/${locale}.json`), "utf-8")) as Words;
const [german, easy] = [words("de"), words("de-simple")];

/** Start, registration, writing and booking. What is part of them but belongs to other pages is said in German. */
const PAGES = [
  "StartPage",
  "TopicPage",
  "PostalCodePage",
  "AgencyPage",
  "WritePage",
  "NamePage",
  "SentPage",
  "BookPage",
];
const ELSEWHERE = new Set(["Alarm", "Offer", "Clocks", "Proof", "Paper", "Place", "Operator", "Error", "Unbroken"]);

/** The messages of a component and of all that it shows. */
function messagesOf(file: string, seen: Set<string>): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(file, "utf-8");
  const own = [...text.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key ?? "");
  const parts = [...text.matchAll(/from "(\.[^"]+\.svelte)"/g)].map(([, path]) => join(dirname(file), path ?? ""));
  const shown = parts.filter((part) => ![...ELSEWHERE].some((one) => relative(root, part).includes(one)));
  return [...own, ...shown.flatMap((part) => messagesOf(part, seen))];
}

const inputs = (sentence: string): string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();

describe("Easy Language", () => {
  it.each(PAGES)("has words of its own for %s", (page) => {
    const used = messagesOf(join(root, `src/ui/client/${page}.svelte`), new Set());
    // From pages of conversations: who reads them in Easy Language gets German there.
    const others = /^(onward|alarm|help|offer|move|appointment_file_again|product_name)/;
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((key) => !(key in easy) && !others.test(key))).toEqual([]);
  });

  it("knows no message and no gap that German does not know", () => {
    for (const [key, sentence] of Object.entries(easy)) {
      expect(german, key).toHaveProperty(key);
      expect(inputs(sentence), key).toEqual(inputs(german[key] ?? ""));
    }
  });

  it("says Sie, in short sentences", () => {
    for (const [key, sentence] of Object.entries(easy)) {
      expect(sentence, key).not.toMatch(/\b([Dd]u|[Dd]ein\w*|[Dd]ich|[Dd]ir)\b/);
      for (const one of sentence.split(/[.:?!]\s/)) expect(one.split(" ").length, one).toBeLessThan(14);
    }
  });
});
