import type * as wire from "../../wire.gen.js";
import type { FactorsView, SessionView } from "./types.js";

export const factorsView = ({ factors, spare_codes }: wire.Factors): FactorsView => ({
  factors: factors.map(({ id, kind, label, created_at, used_at }) => ({
    id,
    kind,
    label,
    createdAt: new Date(created_at),
    usedAt: used_at === null ? null : new Date(used_at),
  })),
  spareCodes: spare_codes,
});

export const sessionViews = ({ sessions }: wire.Sessions): SessionView[] =>
  sessions.map((one) => ({
    id: one.id,
    begunAt: new Date(one.begun_at),
    usedAt: new Date(one.used_at),
    this: one.this,
  }));
