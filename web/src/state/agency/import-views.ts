import type * as wire from "../../wire.gen.js";
import { maybeAt } from "../views.js";
import type { ImportsView, ImportView } from "./import-types.js";

export const importsView = (answer: wire.Imports): ImportsView => ({
  imports: answer.imports.map(importView),
  meetings: answer.meetings.map((one) => ({
    appointment: one.appointment,
    room: one.room,
    startsAt: new Date(one.starts_at),
  })),
  full: answer.imports.length >= answer.most,
});

const importView = (one: wire.Import): ImportView => ({
  id: one.id,
  host: one.host,
  madeAt: new Date(one.made_at),
  readAt: maybeAt(one.read_at),
  failure: one.failure === null || one.failed_at === null ? null : { code: one.failure, at: new Date(one.failed_at) },
  times: one.times,
  leftOut: one.left_out,
});
