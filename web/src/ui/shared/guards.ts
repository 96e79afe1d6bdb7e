import type { App } from "../../state/types.js";
import type { Place } from "./routes.js";

/** What decides whether a page can be shown: who is here, and how far a first enquiry has come. */
export interface Standing {
  role: NonNullable<App["me"]>["role"] | null;
  enquiry: Pick<App["enquiry"], "topic" | "agency" | "text" | "consent">;
  sent: boolean;
  /** Something has been deleted on this page: it says so, whoever is still signed in. */
  deleted: boolean;
  /** A recovery code was made on this page and is shown: whoever came with an old one is signed in by then. */
  code: boolean;
}

const needSignIn = new Set<Place["page"]>([
  "threads",
  "thread",
  "call",
  "safety",
  "book",
  "move",
  "readers",
  "onward",
  "inbox",
  "enquiry",
  "takeover",
  "protection",
  "danger",
  "calendar",
  "absences",
  "board",
  "notices",
  "team",
  "root",
  "leave",
  "renew",
  "places",
  "log",
  "waivers",
  "procedure",
  "account",
  "account_password",
  "account_stolen",
  "account_keys",
  "account_code",
  "account_notices",
  "account_factors",
  "account_sessions",
  "account_consent",
  "account_holdings",
  "delete_account",
  "delete_thread",
]);
const forCounsellors = new Set<Place["page"]>([
  "inbox",
  "enquiry",
  "takeover",
  "protection",
  "danger",
  "calendar",
  "absences",
  "board",
  "notices",
  "team",
  "root",
  "leave",
  "renew",
  "places",
  "log",
  "waivers",
  "procedure",
  "account_factors",
]);
const forClients = new Set<Place["page"]>([
  "topic",
  "postal_code",
  "agency",
  "write",
  "name",
  "sent",
  "book",
  "move",
  "onward",
  "account_consent",
  "delete_account",
  "delete_thread",
]);

/** How one comes in: nothing for somebody who is in already. */
const arriving = new Set<Place["page"]>(["start", "login", "login_back", "founding", "invitation"]);

export const homeOf = (role: Standing["role"]): string => {
  if (role === null) return "/";
  return role === "client" ? "/threads" : "/inbox";
};

/** Where somebody who asks for this page is sent instead; null: the page may be shown. */
export function insteadOf({ page }: Place, standing: Standing): string | null {
  const { role } = standing;
  if (page === "unknown" || (page === "deleted" && !standing.deleted)) return homeOf(role);
  if (role === null) return needSignIn.has(page) ? "/login" : stepBefore(page, standing);
  if (arriving.has(page)) return homeOf(role);
  if (page === "recover" && !standing.code) return homeOf(role);
  if ((role === "client" ? forCounsellors : forClients).has(page)) return homeOf(role);
  return stepBefore(page, standing);
}

/** The steps of a first enquiry build on each other; a reloaded page starts again at the first one missing. */
function stepBefore(page: Place["page"], { enquiry, sent, role }: Standing): string | null {
  if (page === "sent") return sent ? null : homeOf(role);
  if (page === "postal_code") return enquiry.topic === null ? "/topic" : null;
  if (page !== "agency" && page !== "write" && page !== "name") return null;
  if (enquiry.topic === null) return "/topic";
  if (enquiry.agency === null) return "/postal-code";
  return page === "name" && (enquiry.text.trim() === "" || enquiry.consent === "") ? "/write" : null;
}
