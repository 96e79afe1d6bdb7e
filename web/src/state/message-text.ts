import type { Entry } from "./outbox/writing.js";
import type { MessageView, Refusal } from "./types.js";

const MAX_TEXT_BYTES = 32_768;

export const refusal = (code: string): Refusal => ({ code });

/** What is typed, as it is sealed. Throws `message_empty`, `message_too_large`. */
export function checkedText(typed: string): string {
  const text = typed.trim();
  if (text === "") throw refusal("message_empty");
  if (new TextEncoder().encode(text).length > MAX_TEXT_BYTES) throw refusal("message_too_large");
  return text;
}

/** One's own message on its way. */
export const unsentView = ({ writing, phase, code, onDevice }: Entry, authorName: string): MessageView => ({
  kind: "message",
  key: writing.uid,
  id: null,
  position: null,
  mine: true,
  authorName,
  at: new Date(writing.writtenAt),
  text: writing.text,
  delivery: phase,
  refusal: code === null ? null : refusal(code),
  onDevice,
  changed: "no",
  notes: [],
});
