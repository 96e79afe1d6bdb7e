import { expect, test } from "vitest";

import type { Hours, KindRules } from "../../../state/calendar/types.js";
import { faultIn, formOf, LENGTHS, LIMITS, rulesOf, withRules } from "./kind-form.js";

const chat: KindRules = {
  kind: "chat",
  length_minutes: 50,
  step_minutes: 60,
  buffer_before_minutes: 0,
  buffer_after_minutes: 10,
  notice_minutes: 90,
  horizon_minutes: 28 * 1440,
  cancel_notice_minutes: 120,
  most_per_day: 3,
  most_per_week: null,
};

test("rules are the same after they have stood in the form", () => {
  expect(formOf("chat", chat)).toMatchObject({ notice_minutes: 1.5, horizon_minutes: 28, most_per_week: null });
  expect(rulesOf("chat", formOf("chat", chat))).toEqual(chat);
});

test("every number that the server can refuse has a label", () => {
  for (const { fault } of [...LENGTHS, ...LIMITS]) expect(faultIn(`kinds.chat.${fault}`)).not.toBeNull();
  expect(faultIn("kinds")).toBeNull();
});

test("rules for one kind leave the others alone", () => {
  const phone: KindRules = { ...chat, kind: "phone" };
  const hours = { weekly: [], extra: [], kinds: [chat, phone] } as unknown as Hours;
  expect(withRules(hours, "chat", null).kinds).toEqual([phone]);
  expect(
    withRules(hours, "chat", { ...chat, length_minutes: 30 }).kinds.map(({ length_minutes }) => length_minutes),
  ).toEqual([50, 30]);
});
