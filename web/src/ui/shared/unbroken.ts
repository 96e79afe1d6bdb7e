const WHOLE = /(\d{1,2}\.? \p{Lu}\p{Ll}+|\d{1,2}:\d{2}(?: Uhr| [ap]m)?)/u;

/** A sentence in parts; a line may end between and in them, but not in those that are `whole`. The words stay as they are. */
export const unbrokenParts = (words: string): { words: string; whole: boolean }[] =>
  words
    .split(WHOLE)
    .map((part, place) => ({ words: part, whole: place % 2 === 1 }))
    .filter((part) => part.words !== "");
