import { expect, test } from "vitest";

import { byTimeLeft } from "./order.js";

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 25, hour));
const overdue = { dueAt: at(1), lastStoredAt: at(0) };
const tonight = { dueAt: at(20), lastStoredAt: at(9) };
const answeredLate = { dueAt: null, lastStoredAt: at(8) };
const answeredEarly = { dueAt: null, lastStoredAt: at(3) };

test("whoever has the least time left comes first, and what is answered comes last", () => {
  expect(byTimeLeft([answeredEarly, tonight, answeredLate, overdue])).toEqual([
    overdue,
    tonight,
    answeredLate,
    answeredEarly,
  ]);
});
