import { m } from "../../../paraglide/messages.js";
import type { EventView } from "../../../state/types.js";
import type { Locale } from "../../../paraglide/runtime.js";
import { namesInWords } from "../names.js";

/** Why somebody stepped in; a word that this page does not know is no reason to say nothing. */
const takeoverReasons: Record<string, () => string> = {
  absent: m.takeover_absent,
  left: m.takeover_left,
  late: m.takeover_late,
};

/** One line of the log: who did what, in plain words. */
export function eventInWords({ kind, names: all, by, reason }: EventView, locale: Locale): string {
  const names = namesInWords(all, locale);
  switch (kind) {
    case "opened":
      return m.event_opened();
    case "joined":
      return by === null ? m.event_joined({ names }) : m.event_joined_by({ names, by });
    case "taken_over":
      return m.event_taken_over({ names, reason: (takeoverReasons[reason ?? ""] ?? m.takeover_other)() });
    case "left":
      return by === null ? m.event_left({ names }) : m.event_left_by({ names, by });
    case "standby_on":
      return m.event_standby_on({ names });
    case "standby_off":
      return m.event_standby_off({ names });
    case "history_granted":
      return m.event_history({ names, by: by ?? names });
    case "key_changed":
      return m.event_key_changed({ names });
    case "new_identity":
      return m.event_new_identity({ names });
    case "closed":
      return m.event_closed({ names });
    case "no_answer_needed":
      return m.event_no_answer({ names });
    case "asks_again":
      return m.event_asks_again({ names });
    case "contested":
      return m.event_contested({ names });
    case "clock_mismatch":
      return m.event_clock_mismatch({ names });
    case "keys_changed":
      return m.event_keys();
  }
}
