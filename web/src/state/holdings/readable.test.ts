import { expect, test } from "vitest";

import type { Collected } from "./collected.js";
import { base64Of, jsonOf, readablePage, type Words } from "./readable.js";

const words: Words = {
  ...{ language: "en", title: "Yours", made: "Made", conversations: "Conversations", held: "Held", json: "As JSON" },
  ...{ deleted: "deleted", edited: "edited", file: "File:", fileMissing: "Not there:", incomplete: "Incomplete" },
  time: (at) => at,
};
const EVIL = `"><script src='//evil.example'>alert(1)</script><img onerror=x src=https://evil.example>`;
const all: Collected = {
  ...{ name: "nachtfalter", role: "client", account: "ab", at: "2026-11-27T10:00:00Z" },
  conversations: [
    {
      ...{ room: "cd", with: EVIL, topic: "addiction", incomplete: "offline" },
      messages: [
        { at: "t1", by: "Frau Berger", mine: false, text: EVIL, changed: "no", file: null },
        {
          ...{ at: "t2", by: "me", mine: true, text: "ä\n<b>", changed: "edited" },
          file: { name: EVIL, size: 3, mediaType: "text/html", base64: "YWJj" },
        },
      ],
    },
  ],
  held: [{ kind: "ways", columns: ["address"], rows: [[EVIL], [null]] }],
};

test("whatever somebody wrote, nothing in the page runs or reaches out", () => {
  const page = readablePage(all, words);
  expect(page).not.toMatch(/<script|<img|<iframe|<link|<b>/i);
  expect(page.match(/(src|href)="(?!data:)/g)).toBeNull();
  expect(page).toContain("default-src 'none'");
  expect(page).toContain("&lt;script");
  expect(page).toContain('href="data:application/octet-stream;base64,YWJj"');
});

test("its JSON lies inside and says the same", () => {
  const inside = /data:application\/json;base64,([^"]+)/.exec(readablePage(all, words))?.[1] ?? "";
  const bytes = Uint8Array.from(atob(inside), (one) => one.charCodeAt(0));
  expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(all);
  expect(JSON.parse(jsonOf(all))).toEqual(all);
});

test("large files are no larger than their base64", () => {
  const bytes = new Uint8Array(200_001).fill(255);
  expect(base64Of(bytes).length).toBe(Math.ceil(200_001 / 3) * 4);
});
