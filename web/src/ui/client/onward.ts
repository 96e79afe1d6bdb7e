import type { ItemView } from "../../state/types.js";

/** How much of a conversation goes along to another agency. What counsellors wrote does only with `all`. */
export const amounts = ["nothing", "first", "mine", "all"] as const;
export type Amount = (typeof amounts)[number];

/** The text to begin with, oldest first; it can be changed before it is sent. What was deleted stays behind, and files. */
export function textFor(amount: Amount, items: readonly ItemView[], when: (at: Date) => string): string {
  const said = items.flatMap((item) =>
    item.kind === "message" && item.delivery === "stored" && item.changed !== "deleted" && item.text.trim() !== ""
      ? [item]
      : [],
  );
  const mine = said.filter((one) => one.mine).map((one) => one.text);
  if (amount === "nothing") return "";
  if (amount === "first") return mine.slice(0, 1).join("");
  if (amount === "mine") return mine.join("\n\n");
  return said
    .map((one) => (one.mine ? one.text : quoted(`${one.authorName}, ${when(one.at)}:\n${one.text}`)))
    .join("\n\n");
}

const quoted = (text: string): string => text.replace(/^/gm, "> ");
