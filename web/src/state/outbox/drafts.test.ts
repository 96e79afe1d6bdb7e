import { expect, test } from "vitest";

import { Drafts, type DraftShelf } from "./drafts.js";

const [ROOM, OTHER] = ["0a".repeat(16), "0b".repeat(16)];

function shelf(): DraftShelf & { rows: Map<string, string> } {
  const rows = new Map<string, string>();
  return {
    rows,
    draftIn: (room) => Promise.resolve(rows.get(room) ?? ""),
    keepDraft: (room, text) => Promise.resolve(void (text === "" ? rows.delete(room) : rows.set(room, text))),
  };
}

test("each thread has a draft of its own, and the next page finds it", async () => {
  const device = shelf();
  const page = new Drafts(device, true);
  page.note(ROOM, "Grün");
  page.note(ROOM, "Grünspecht");
  page.note(OTHER, "Eule");
  expect(page.atRisk).toBe(2);
  await page.keepNow();
  expect(page.atRisk).toBe(0);
  const next = new Drafts(device, true);
  expect([await next.of(ROOM), await next.of(OTHER)]).toEqual(["Grünspecht", "Eule"]);
});

test("a draft that was sent or emptied leaves the device", async () => {
  const device = shelf();
  const page = new Drafts(device, true);
  page.note(ROOM, "Grünspecht");
  await page.keepNow();
  page.note(ROOM, "");
  await page.keepNow();
  expect(device.rows.size).toBe(0);
});

test("on somebody else's device nothing is kept, and what lay there goes with the first change", async () => {
  const device = shelf();
  device.rows.set(ROOM, "Grünspecht");
  const page = new Drafts(device, false);
  expect(await page.of(ROOM)).toBe("Grünspecht");
  expect(page.atRisk).toBe(0);
  page.note(ROOM, "Grünspecht und Eule");
  page.note(OTHER, "Eule");
  await page.keepNow();
  expect(device.rows.size).toBe(0);
  expect(page.atRisk).toBe(2);
});

test("what the device does not take stays at risk, and is kept with the next change", async () => {
  const device = shelf();
  const page = new Drafts(device, true);
  const keepDraft = device.keepDraft.bind(device);
  device.keepDraft = () => Promise.reject(new Error("full"));
  page.note(ROOM, "Grünspecht");
  await page.keepNow();
  expect(page.atRisk).toBe(1);
  device.keepDraft = keepDraft;
  page.note(ROOM, "Grünspechte");
  await page.keepNow();
  expect([page.atRisk, device.rows.get(ROOM)]).toEqual([0, "Grünspechte"]);
});

test("whoever leaves in a hurry leaves nothing that arrives later", async () => {
  const device = shelf();
  const page = new Drafts(device, true);
  page.note(ROOM, "Grünspecht");
  const late = page.keepNow();
  page.wipe();
  page.note(ROOM, "Eule");
  await Promise.all([late, page.keepNow()]);
  expect(device.rows.size).toBe(0);
});
