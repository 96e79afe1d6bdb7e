import { readU64, readWord } from "./encoding.js";
import { readSigned } from "./identity.js";
import { labels } from "./labels.js";
import type { AgencyRoot } from "./roster.js";

/** How an agency came to its present root; `createdAt` in milliseconds UTC. docs/protocol.md section 5. */
export interface Succession {
  readonly reason: "lost" | "stolen";
  readonly createdAt: number;
}

/** The newest one, which reading the root has verified; null for a founding root. */
export function latestSuccession({ successions }: AgencyRoot): Succession | null {
  const newest = successions.at(-1);
  if (newest === undefined) return null;
  const { part } = readSigned(newest, labels.succession, 4);
  return { reason: readWord(part[2]) === "stolen" ? "stolen" : "lost", createdAt: readU64(part[3]) };
}
