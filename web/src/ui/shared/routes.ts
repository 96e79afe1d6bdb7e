/** Which page an address stands for. The fragment is free for other uses: it carries a root's fingerprint. */
export type Place =
  | { page: PageAlone }
  | { page: "leave" | "renew"; account: string }
  | { page: PageOfRoom; room: string }
  | { page: "move"; appointment: string }
  | { page: "group"; group: string };

type PageAlone =
  | ("start" | "topic" | "postal_code" | "agency" | "write" | "name" | "sent" | "login" | "login_back")
  | (
      | "recover"
      | "account"
      | "account_password"
      | "account_stolen"
      | "account_keys"
      | "account_code"
      | "account_notices"
      | "account_factors"
      | "account_sessions"
      | "account_consent"
      | "account_holdings"
    )
  | (
      | "threads"
      | "inbox"
      | "calendar"
      | "kinds"
      | "groups"
      | "led_groups"
      | "absences"
      | "board"
      | "notices"
      | "delete_account"
    )
  | ("deleted" | "statistics" | "imprint" | "privacy" | "accessibility" | "unknown")
  | ("founding" | "invitation" | "team" | "root" | "terms" | "profile" | "places" | "waivers" | "procedure" | "log");

type PageOfRoom =
  | "thread"
  | "call"
  | "safety"
  | "book"
  | "readers"
  | "onward"
  | "delete_thread"
  | "enquiry"
  | "takeover"
  | "protection"
  | "danger";

const pages: Record<string, PageAlone> = {
  "/": "start",
  "/topic": "topic",
  "/postal-code": "postal_code",
  "/agency": "agency",
  "/write": "write",
  "/name": "name",
  "/sent": "sent",
  "/login": "login",
  "/login/back": "login_back",
  "/threads": "threads",
  "/inbox": "inbox",
  "/calendar": "calendar",
  "/calendar/kinds": "kinds",
  "/calendar/groups": "led_groups",
  "/groups": "groups",
  "/absences": "absences",
  "/board": "board",
  "/notices": "notices",
  "/founding": "founding",
  "/invitation": "invitation",
  "/team": "team",
  "/team/root": "root",
  "/waivers": "waivers",
  "/team/terms": "terms",
  "/procedure": "procedure",
  "/team/profile": "profile",
  "/team/places": "places",
  "/team/log": "log",
  "/recover": "recover",
  "/account": "account",
  "/account/password": "account_password",
  "/account/stolen": "account_stolen",
  "/account/keys": "account_keys",
  "/account/code": "account_code",
  "/account/notices": "account_notices",
  "/account/factors": "account_factors",
  "/account/sessions": "account_sessions",
  "/account/consent": "account_consent",
  "/account/holdings": "account_holdings",
  "/account/delete": "delete_account",
  "/deleted": "deleted",
  "/statistics": "statistics",
  "/imprint": "imprint",
  "/privacy": "privacy",
  "/accessibility": "accessibility",
};

const ofARoom = /^(\/thread|\/inbox)\/([0-9a-f]{32})(\/[a-z]+)?$/;
const pagesOfARoom: Record<string, PageOfRoom> = {
  "/thread": "thread",
  "/thread/call": "call",
  "/thread/book": "book",
  "/thread/safety": "safety",
  "/thread/readers": "readers",
  "/thread/onward": "onward",
  "/thread/delete": "delete_thread",
  "/thread/protection": "protection",
  "/inbox": "enquiry",
  "/inbox/takeover": "takeover",
  "/inbox/danger": "danger",
};

const ofAnAppointment = /^\/appointment\/([0-9a-f]{32})\/move$/;
const ofAGroup = /^\/group\/([0-9a-f]{32})$/;
const ofAColleague = /^\/team\/([0-9a-f]{32})\/(leave|keys)$/;

export function placeAt(path: string): Place {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, "") : path;
  const page = pages[trimmed];
  if (page !== undefined) return { page } as Place;
  const [, account, act] = ofAColleague.exec(trimmed) ?? [];
  if (account !== undefined) return { page: act === "keys" ? "renew" : "leave", account };
  const [, appointment] = ofAnAppointment.exec(trimmed) ?? [];
  if (appointment !== undefined) return { page: "move", appointment };
  const [, group] = ofAGroup.exec(trimmed) ?? [];
  if (group !== undefined) return { page: "group", group };
  const [, list = "", room, further = ""] = ofARoom.exec(trimmed) ?? [];
  const ofRoom = pagesOfARoom[list + further];
  return room === undefined || ofRoom === undefined ? { page: "unknown" } : { page: ofRoom, room };
}
