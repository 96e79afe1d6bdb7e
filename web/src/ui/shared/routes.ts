/** Which page an address stands for. The fragment is free for other uses: it carries a root's fingerprint. */
export type Place =
  | { page: "start" | "topic" | "postal_code" | "agency" | "write" | "name" | "sent" | "login" }
  | { page: "threads" | "inbox" | "calendar" | "notices" | "unknown" }
  | { page: "thread" | "book" | "enquiry"; room: string };

const pages: Record<string, Exclude<Place, { room: string }>["page"]> = {
  "/": "start",
  "/topic": "topic",
  "/postal-code": "postal_code",
  "/agency": "agency",
  "/write": "write",
  "/name": "name",
  "/sent": "sent",
  "/login": "login",
  "/threads": "threads",
  "/inbox": "inbox",
  "/calendar": "calendar",
  "/notices": "notices",
};

const ofARoom = /^\/(thread|inbox)\/([0-9a-f]{32})(\/book)?$/;

export function placeAt(path: string): Place {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, "") : path;
  const page = pages[trimmed];
  if (page !== undefined) return { page };
  const [, kind, room, book] = ofARoom.exec(trimmed) ?? [];
  if (room === undefined || (kind === "inbox" && book !== undefined)) return { page: "unknown" };
  if (kind === "inbox") return { page: "enquiry", room };
  return { page: book === undefined ? "thread" : "book", room };
}
