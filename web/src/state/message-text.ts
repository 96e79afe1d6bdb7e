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
export const sendingView = (key: string, text: string, authorName: string, at: Date): MessageView => ({
  kind: "message",
  key,
  id: null,
  position: null,
  mine: true,
  authorName,
  at,
  text,
  delivery: "sending",
  refusal: null,
  changed: "no",
  notes: [],
});
