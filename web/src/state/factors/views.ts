import type * as wire from "../../wire.gen.js";
import type { FactorsView } from "./types.js";

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
