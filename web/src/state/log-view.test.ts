import { beforeEach, expect, test } from "vitest";

import { Delete, Edit, Text, type Body, type Clock } from "../crypto/bodies.js";
import { verdict, type Mark, type Verdict } from "../crypto/verdict.js";
import { itemViews } from "./items.js";
import { LogView } from "./log-view.js";

const client = new Uint8Array(32).fill(1);
const id = (position: number) => new Uint8Array(32).fill(position);
let view: LogView;

beforeEach(() => {
  view = new LogView();
});

function said(position: number, body: Body, { marks = [], late = [] }: { marks?: Mark[]; late?: number[] } = {}): void {
  const message = {
    ...{ uid: id(position).subarray(0, 16), sentAt: 0, body, clock: "none" as Clock, sender: client },
    ...{ epoch: 1, session: id(9).subarray(0, 16), counter: 0 },
  } as const;
  show(verdict("message", position, { id: id(position), sender: client, message, marks: new Set(marks), late }));
}

function show(one: Verdict): void {
  const place = { position: one.position, storedAt: new Date(0) };
  const views = itemViews(one, place, () => "nachtfalter", new Set());
  view.take(one.position, views, one);
}

const shown = () =>
  view.items.map((item) => (item.kind === "message" ? [item.changed, item.text, ...item.notes] : item.kind));

test("an edit takes the place of the text, and a deletion leaves none", () => {
  said(2, new Text("eins"));
  said(3, new Text("zwei"));
  said(4, new Edit(id(2), "eins, verbessert"));
  said(5, new Delete(id(3)));
  expect(shown()).toEqual([
    ["edited", "eins, verbessert"],
    ["deleted", ""],
  ]);
});

test("what was deleted stays so, whatever edit comes afterwards", () => {
  said(2, new Text("eins"));
  said(3, new Delete(id(2)));
  said(4, new Edit(id(2), "doch"));
  expect(shown()).toEqual([["deleted", ""]]);
});

test("an edit of something that cannot be seen is shown as broken, and changes nothing (T28)", () => {
  said(4, new Edit(id(2), "untergeschoben"), { marks: ["target_unseen"] });
  said(5, new Delete(id(3)), { marks: ["target_unseen"] });
  expect(view.items.map((item) => (item.kind === "broken" ? item.reason : item.kind))).toEqual([
    "target_unseen",
    "target_unseen",
  ]);
  said(2, new Text("eins"));
  expect(shown()[0]).toEqual(["no", "eins"]);
});

test("once it can be seen, it takes effect at its place, and its own place is empty", () => {
  said(4, new Edit(id(2), "eins, verbessert"), { marks: ["target_unseen"] });
  said(2, new Text("eins"));
  said(4, new Edit(id(2), "eins, verbessert"));
  expect(shown()).toEqual([["edited", "eins, verbessert"]]);
});

test("an edit by somebody who had been removed already is marked like their messages (T17)", () => {
  said(2, new Text("eins"));
  said(3, new Edit(id(2), "anders"));
  show(verdict("commit", 4, { late: [3] }));
  expect(shown()[0]).toEqual(["edited", "anders", "from_removed"]);
});

test("whatever the order in which things are read, and read again, each stands once at its place", () => {
  for (const position of [2, 5, 3, 4, 3, 2, 5]) said(position, new Text(`zu ${position}`));
  expect(view.items.map(({ position }) => position)).toEqual([2, 3, 4, 5]);
  expect(shown().map((one) => one[1])).toEqual(["zu 2", "zu 3", "zu 4", "zu 5"]);
});

test("a long thread is not gone through once for each of its messages", () => {
  let looks = 0;
  for (let position = 2; position < 252; position += 1) {
    said(position, new Text("ja"));
    const last = view.items.at(-1);
    if (last === undefined) continue;
    const at = last.position;
    Object.defineProperty(last, "position", { get: () => ((looks += 1), at) });
  }
  expect(looks).toBeLessThan(2_000);
});
