import { beforeEach, expect, test } from "vitest";

import { refusals } from "../../../crypto/errors.js";
import { verdictKinds, verdictMarks } from "../../../crypto/verdict.js";
import { type Locale, overwriteGetLocale } from "../../../paraglide/runtime.js";
import { alarmInWords, codesWithWords } from "./alarms.js";
import { brokenInWords, reasonsWithWords } from "./brokenness.js";
import { notesWithWords } from "./notes.js";

const languages: Locale[] = ["de", "en"];
const said = (reason: string): string => brokenInWords(reason).said();

beforeEach(() => overwriteGetLocale(() => "en"));

/** Refused where a person logs in, opens their vault or chooses a file: they never stand for an item of a room. */
const elsewhere = /^(password|vault|recovery|file|receipt|deletion|invitation)_/;

/** What a verdict's kind is shown as; the others are shown as broken. */
const shownAsTheyAre = ["genesis", "commit", "message", "broken", "gap", "known"];
/** Said as an event of the conversation; one that says nothing new, since its words stand there already. */
const shownAsEvents = ["clock_mismatch", "repeated"];

test("every refusal that can stand for an item has words of its own", () => {
  const ofItems = Object.keys(refusals).filter((code) => !elsewhere.test(code));
  expect(ofItems.filter((code) => !reasonsWithWords.includes(code))).toEqual([]);
});

test("every kind of verdict that is no message and no change has words of its own", () => {
  const broken = verdictKinds.filter((kind) => !shownAsTheyAre.includes(kind));
  expect(broken.filter((kind) => !reasonsWithWords.includes(kind))).toEqual([]);
});

test("every mark reaches the page, as an alarm, as a note, as an event, or in place of the message", () => {
  const words = [...codesWithWords, ...notesWithWords, ...reasonsWithWords, ...shownAsEvents];
  expect(verdictMarks.filter((mark) => !words.includes(mark))).toEqual([]);
});

test("whatever stands in place of a message says what is the case and what it means, in both languages", () => {
  for (const language of languages) {
    overwriteGetLocale(() => language);
    for (const reason of reasonsWithWords) {
      const { said, meaning } = brokenInWords(reason);
      expect(said().length, `${language} ${reason}`).toBeGreaterThan(20);
      expect(meaning().length, `${language} ${reason}`).toBeGreaterThan(20);
      expect(said(), reason).not.toBe(meaning());
    }
  }
});

test("every alarm says what was seen and what to do, in both languages, and none like another", () => {
  for (const language of languages) {
    overwriteGetLocale(() => language);
    expect(new Set(codesWithWords.map((code) => alarmInWords(code).seen())).size).toBe(codesWithWords.length);
    for (const code of codesWithWords)
      expect(alarmInWords(code).todo().length, `${language} ${code}`).toBeGreaterThan(20);
  }
});

test("only what was changed on its way is said to have been changed on its way", () => {
  const changed = said("signature_invalid");
  expect(changed).toContain("changed on its way");
  expect(reasonsWithWords.filter((reason) => said(reason) === changed).sort()).toEqual([
    "does_not_decrypt",
    "signature_invalid",
  ]);
});

test("what differs for a person differs in words", () => {
  const reasons = ["sealed", "conflict", "gap", "roster_missing", "replayed", "sender_not_member", "version_unknown"];
  const more = ["target_unseen", "target_unknown", "target_not_yours", "wrong_room", "epoch_over", "commitment_failed"];
  const all = [...reasons, ...more, "commit_not_allowed", "commit_outdated", "clock_not_allowed", "message_empty"];
  expect(new Set(all.map(said)).size).toBe(all.length);
  expect(new Set(all.map((reason) => brokenInWords(reason).meaning())).size).toBe(all.length);
});

test("a reason that this page does not know is told as the worst case", () => {
  for (const reason of ["from_the_future", "constructor", ""]) expect(said(reason)).toBe(said("signature_invalid"));
});
