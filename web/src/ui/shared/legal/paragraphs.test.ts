import { expect, test } from "vitest";

import { blocksOf } from "./paragraphs.js";

test("headings, lists and addresses are told apart, and nothing becomes markup", () => {
  expect(blocksOf("# Kontakt\nVerein\nMusterstraße 1\n\n- eins\n- zwei\n\n\n<b>fett</b> # kein Titel")).toEqual([
    { kind: "heading", text: "Kontakt" },
    { kind: "text", text: "Verein\nMusterstraße 1" },
    { kind: "list", lines: ["eins", "zwei"] },
    { kind: "text", text: "<b>fett</b> # kein Titel" },
  ]);
});

test("nothing is nothing, and a list may follow a sentence", () => {
  expect(blocksOf(" \n\n ")).toEqual([]);
  expect(blocksOf("Das gilt:\n- eins")).toEqual([
    { kind: "text", text: "Das gilt:" },
    { kind: "list", lines: ["eins"] },
  ]);
});
