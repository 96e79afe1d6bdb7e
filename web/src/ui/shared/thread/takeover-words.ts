import { m } from "../../../paraglide/messages.js";
import type { TakeoverReason } from "../../../state/types.js";

/** What the client reads when somebody answers in a colleague's place. `others`: whom they answer for. */
export function takeoverInWords(reason: TakeoverReason, names: string, others: string): string {
  if (others === "") return m.event_taken_over({ names });
  if (reason === "absent") return m.event_taken_over_absent({ names, others });
  if (reason === "asked") return m.event_taken_over_asked({ names, others });
  return reason === "left" ? m.event_taken_over_left({ names, others }) : m.event_taken_over_late({ names, others });
}
