import { expect, test } from "vitest";

import type { TopicView } from "../../state/types.js";
import { matchingTopics } from "./topic-search.js";
import { otherWordsFor } from "./topic-words.js";

const topic = (code: string, name: string, line: string): TopicView => ({
  code,
  young: false,
  de: { name, line },
  en: { name: code, line: "" },
});
const men = topic("men", "Männer und Jungen", "Druck, Wut, Trennung.");
const grief = topic("grief", "Trauer", "Jemand fehlt. Schreiben, was sonst keinen Platz hat.");
const all = [men, grief];

test("an umlaut is found however it is typed", () => {
  for (const typed of ["männer", "Maenner", "manner"]) expect(matchingTopics(all, typed, "de")).toEqual([men]);
});

test("every word typed must occur, in the name or in the line", () => {
  expect(matchingTopics(all, "trauer platz", "de")).toEqual([grief]);
  expect(matchingTopics(all, "trauer wut", "de")).toEqual([]);
});

test("what people call it themselves is found, too", () => {
  const addiction = topic("addiction", "Sucht", "Alkohol, Drogen.");
  expect(matchingTopics([...all, addiction], "trinken", "de", otherWordsFor)).toEqual([addiction]);
  expect(matchingTopics([...all, addiction], "rueckfall", "de", otherWordsFor)).toEqual([addiction]);
});

test("the search is in the language of the page, and an empty one finds all", () => {
  expect(matchingTopics(all, "grief", "en")).toEqual([grief]);
  expect(matchingTopics(all, "  ", "de")).toEqual(all);
});
