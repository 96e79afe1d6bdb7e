import type { Place } from "../shared/routes.js";

/** What is not part of the first download, by the pages that are in it. */
const enquirySteps = () => import("./EnquirySteps.svelte");
const signedIn = () => import("./SignedInPages.svelte");
const account = () => import("../shared/account/AccountPages.svelte");
const statistics = () => import("../statistics/StatisticsPages.svelte");
const legal = () => import("../shared/legal/LegalPages.svelte");
type Part = typeof enquirySteps | typeof signedIn | typeof account | typeof statistics | typeof legal;

const parts: Partial<Record<Place["page"], Part>> = {
  agency: enquirySteps,
  write: enquirySteps,
  name: enquirySteps,
  sent: enquirySteps,
  threads: signedIn,
  thread: signedIn,
  call: signedIn,
  safety: signedIn,
  book: signedIn,
  move: signedIn,
  groups: signedIn,
  group: signedIn,
  readers: signedIn,
  onward: signedIn,
  delete_thread: signedIn,
  delete_account: signedIn,
  deleted: signedIn,
  recover: account,
  account,
  account_password: account,
  account_stolen: account,
  account_keys: account,
  account_code: account,
  account_notices: account,
  account_sessions: account,
  account_consent: account,
  account_holdings: account,
  statistics,
  imprint: legal,
  privacy: legal,
  accessibility: legal,
};

export const partWith = (page: Place["page"]): Part | undefined => parts[page];

/** Fetched while somebody reads the topics, so that no step of an enquiry waits for it. A failure shows when it is needed. */
export const fetchEnquirySteps = (): void => void enquirySteps().catch(() => undefined);

/** Fetched while somebody types a password: what is shown next. */
export const fetchSignedIn = (): void => void signedIn().catch(() => undefined);
