import { expect, test } from "vitest";

import { overwriteGetLocale } from "../../../paraglide/runtime.js";
import { brokenInWords } from "./brokenness.js";

const said = (reason: string): string => brokenInWords(reason).said();
overwriteGetLocale(() => "en");

test("only what was changed on its way is said to have been changed on its way", () => {
  const changed = said("signature_invalid");
  expect(changed).toContain("changed on its way");
  expect(said("does_not_decrypt")).toBe(changed);
  const others = ["sealed", "conflict", "gap", "roster_missing", "replayed", "sender_not_member", "version_unknown"];
  for (const reason of others) expect(said(reason), reason).not.toBe(changed);
});

test("what differs for a person differs in words", () => {
  const reasons = ["sealed", "conflict", "gap", "roster_missing", "replayed", "sender_not_member", "version_unknown"];
  expect(new Set(reasons.map(said)).size).toBe(reasons.length);
  expect(new Set(reasons.map((reason) => brokenInWords(reason).meaning())).size).toBe(reasons.length);
});

test("a reason that this page does not know is told as the worst case", () => {
  for (const reason of ["from_the_future", "constructor", ""]) expect(said(reason)).toBe(said("signature_invalid"));
});
