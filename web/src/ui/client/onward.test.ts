import { expect, test } from "vitest";

import type { ItemView } from "../../state/types.js";
import { textFor } from "./onward.js";

const message = (mine: boolean, text: string, changed: "no" | "deleted" = "no"): ItemView => ({
  ...{ kind: "message", key: text, id: text, position: 1, mine, authorName: "Frau Berger", at: new Date(0), text },
  ...{ delivery: "stored", refusal: null, changed, notes: [] },
});
const items = [
  message(true, "Eins"),
  message(false, "Zwei\nZeilen"),
  message(true, "Weg", "deleted"),
  message(true, "Drei"),
];
const along = (amount: Parameters<typeof textFor>[0]) => textFor(amount, items, () => "gestern");

test("nothing goes along unless it is chosen", () => {
  expect(along("nothing")).toBe("");
  expect(along("first")).toBe("Eins");
});

test("what a counsellor wrote goes along only with everything, and is quoted line by line", () => {
  expect(along("mine")).toBe("Eins\n\nDrei");
  expect(along("all")).toBe("Eins\n\n> Frau Berger, gestern:\n> Zwei\n> Zeilen\n\nDrei");
});
