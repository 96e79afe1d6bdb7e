/** 32 KiB of text in one message, as the protocol has it. */
const MOST_BYTES = 32_768;
/** From here on the page says how much room is left. */
const NEARLY_FULL = 28_672;

export type Room = { kind: "plenty" } | { kind: "nearly_full" | "over"; characters: number };

/** How much of one message a text fills. Characters are an estimate: an umlaut takes two bytes, an emoji four. */
export function roomFor(text: string): Room {
  const bytes = new TextEncoder().encode(text.trim()).length;
  if (bytes <= NEARLY_FULL) return { kind: "plenty" };
  const apart = Math.abs(MOST_BYTES - bytes);
  const characters = Math.max(1, Math.round((apart * text.length) / bytes));
  return { kind: bytes > MOST_BYTES ? "over" : "nearly_full", characters };
}
