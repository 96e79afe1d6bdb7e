import type * as wire from "../wire.gen.js";
import { canBeTold } from "./this-browser.js";
import type { WaysView } from "./types.js";

/** `here`: where this browser is told already. */
export const waysView = (ways: wire.Ways, here: string | null, ownDevice: boolean): WaysView => ({
  mailOffered: ways.mail_offered,
  push: pushHere(ways, ownDevice),
  mail: ways.mail && {
    address: ways.mail.address,
    confirmed: ways.mail.confirmed,
    failedAt: ways.mail.failed_at === null ? null : new Date(ways.mail.failed_at),
  },
  browsers: ways.browsers.map((one) => ({
    id: one.id,
    here: one.endpoint === here,
    since: new Date(one.since),
    failed: one.failed_at !== null,
  })),
  quiet: ways.quiet,
});

function pushHere(ways: wire.Ways, ownDevice: boolean): WaysView["push"] {
  if (ways.push_key === null) return "not_offered";
  if (!ownDevice) return "shared_device";
  return canBeTold() ? "possible" : "not_here";
}
