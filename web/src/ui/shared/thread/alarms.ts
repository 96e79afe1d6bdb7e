import { m } from "../../../paraglide/messages.js";
import type { AlarmCode } from "../../../state/types.js";

/** What was seen, and what is safe and to be done. */
interface Words {
  seen: () => string;
  todo: () => string;
}

const words: Record<AlarmCode, Words> = {
  forked: { seen: m.alarm_forked, todo: m.alarm_forked_todo },
  rolled_back: { seen: m.alarm_rolled_back, todo: m.alarm_rolled_back_todo },
  conflict: { seen: m.alarm_conflict, todo: m.alarm_conflict_todo },
  gap_before: { seen: m.alarm_gap, todo: m.alarm_gap_todo },
  missing: { seen: m.alarm_missing, todo: m.alarm_missing_todo },
  commitment_failed: { seen: m.alarm_commitment, todo: m.alarm_commitment_todo },
  roster_outdated: { seen: m.alarm_roster, todo: m.alarm_roster_todo },
  roster_forked: { seen: m.alarm_two_lists, todo: m.alarm_two_lists_todo },
  change_refused: { seen: m.alarm_change, todo: m.alarm_change_todo },
  new_identity: { seen: m.alarm_identity, todo: m.alarm_identity_todo },
  same_name: { seen: m.alarm_same_name, todo: m.alarm_same_name_todo },
  keys_contradict: { seen: m.alarm_keys, todo: m.alarm_keys_todo },
  other_room: { seen: m.alarm_other_room, todo: m.alarm_other_room_todo },
  receipt_missing: { seen: m.alarm_receipt_missing, todo: m.alarm_receipt_missing_todo },
  receipt_false: { seen: m.alarm_receipt_false, todo: m.alarm_receipt_false_todo },
  receipt_key_changed: { seen: m.alarm_receipt_key, todo: m.alarm_receipt_key_todo },
  journal_lacks: { seen: m.alarm_journal_lacks, todo: m.alarm_journal_lacks_todo },
  journal_rewritten: { seen: m.alarm_journal_rewritten, todo: m.alarm_journal_rewritten_todo },
  not_equal: { seen: m.alarm_not_equal, todo: m.alarm_not_equal_todo },
};

export const codesWithWords = Object.keys(words) as AlarmCode[];

export const alarmInWords = (code: AlarmCode): Words => words[code];

/** Where two people can find out themselves whether the keys are theirs. */
export const comparingHelps = (code: AlarmCode): boolean => ["new_identity", "same_name", "not_equal"].includes(code);
