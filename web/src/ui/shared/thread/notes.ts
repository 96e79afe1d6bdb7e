import { m } from "../../../paraglide/messages.js";
import type { NoteCode } from "../../../state/types.js";

const words: Record<NoteCode, () => string> = {
  rolled_back: m.note_rolled_back,
  gap_before: m.note_gap_before,
  forked: m.note_forked,
  clock_wrong: m.note_clock_wrong,
  from_removed: m.note_from_removed,
};

export const notesWithWords = Object.keys(words);

export const noteInWords = (note: NoteCode): string => words[note]();
