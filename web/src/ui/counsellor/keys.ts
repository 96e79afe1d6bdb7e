/** What a key does on the counsellor's pages; only while nobody is typing. */
export type KeyAction = "next" | "previous" | "reply" | "help";

const actions: Record<string, KeyAction> = { j: "next", k: "previous", r: "reply", "?": "help" };

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

export function actionOf(pressed: Pressed, typing: boolean): KeyAction | null {
  if (typing || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  return actions[pressed.key] ?? null;
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

/** Moves the focus among the lines of a list; from nowhere to the first. The browser opens the focused line on Enter. */
export function moveAmong(lines: readonly HTMLElement[], step: 1 | -1): void {
  const here = lines.findIndex(
    (line) => line === document.activeElement || line.getAttribute("aria-current") === "page",
  );
  const focused = lines.findIndex((line) => line === document.activeElement);
  const from = focused >= 0 ? focused : here;
  const next = from < 0 ? 0 : Math.min(lines.length - 1, Math.max(0, from + step));
  lines[next]?.focus();
}
