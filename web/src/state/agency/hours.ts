/** Monday to Sunday, as the server counts them. */
export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;

export interface Block {
  begins: string;
  ends: string;
}

/** "9-12, 13:30 bis 17" as blocks. What cannot be read goes to the server as it is: it says which day it was. */
export function blocksIn(words: string): Block[] {
  return words
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [begins = "", ends = "", ...more] = part.split(/\s*(?:-|–|bis|to)\s*/);
      return { begins: clock(begins), ends: more.length > 0 ? part : clock(ends) };
    });
}

export function hoursInWords(blocks: readonly Block[]): string {
  return blocks.map(({ begins, ends }) => `${begins}–${ends}`).join(", ");
}

function clock(words: string): string {
  const [, hours, minutes = "00"] = /^(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:Uhr|h))?$/.exec(words) ?? [];
  return hours === undefined ? words : `${hours.padStart(2, "0")}:${minutes}`;
}
