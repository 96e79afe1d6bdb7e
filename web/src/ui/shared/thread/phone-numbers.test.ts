import { expect, test } from "vitest";

import { needsText, NO_NEEDS } from "../../../state/needs.js";
import type { App, AppointmentView, ItemView, MessageView } from "../../../state/types.js";
import { numbersNeeded, ownNumbers } from "./phone-numbers.js";

const NOON = new Date("2026-11-24T12:00:00Z");
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);
const call = (more: Partial<AppointmentView>): AppointmentView =>
  ({ room: "r", kind: "phone", state: "booked", endsAt: later(50), ...more }) as AppointmentView;
const page = (appointments: AppointmentView[], knowsAppointments = true): App =>
  ({ appointments, knowsAppointments, now: () => NOON }) as unknown as App;

test("a number is needed until an hour after the last call", () => {
  expect(numbersNeeded(page([call({})]), "r")).toBe(true);
  expect(numbersNeeded(page([call({ state: "done", endsAt: later(-30) })]), "r")).toBe(true);
  expect(numbersNeeded(page([call({ state: "done", endsAt: later(-61) })]), "r")).toBe(false);
});

test("a call that was called off, is elsewhere, or is none needs no number", () => {
  for (const other of [call({ state: "cancelled" }), call({ room: "s" }), call({ kind: "chat" })])
    expect(numbersNeeded(page([other]), "r")).toBe(false);
});

test("before the server has said what is booked, nothing is removed", () => {
  expect(numbersNeeded(page([], false), "r")).toBe(true);
  expect(numbersNeeded(page([]), "r")).toBe(false);
});

test("only one's own stored messages of the form are removed, once", () => {
  const text = needsText({ ...NO_NEEDS, phone: "0251 1234" }, "de") ?? "";
  const message = (more: Partial<MessageView>): ItemView =>
    ({ kind: "message", key: "k", id: "i", mine: true, changed: "no", text, ...more }) as MessageView;
  expect(ownNumbers([message({})])).toHaveLength(1);
  for (const other of [{ mine: false }, { id: null }, { changed: "deleted" as const }, { text: "Telefon: 0251" }])
    expect(ownNumbers([message(other)])).toHaveLength(0);
});
