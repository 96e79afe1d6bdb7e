import { m } from "../../paraglide/messages.js";
import type { Language } from "../../state/types.js";
import { clockTime, dayKey, deviceZone, inWords, placeOfZone, timeInWords } from "./dates.js";

/** Whether the device's clock shows something else than the clock in that zone: the name alone says little, Vienna is as late as Berlin. */
export function elsewhere(at: Date, zone: string): boolean {
  const reading = (where: string): string => `${dayKey(at, where)} ${clockTime(at, { locale: "de", zone: where })}`;
  return reading(zone) !== reading(deviceZone());
}

/** "Dienstag, 24. November, 09:00 Uhr" in the zone of whom one meets; where the device shows another time, that as well. */
export function inBothZones(at: Date, zone: string, locale: Language): string {
  const there = inWords(at, { locale, zone });
  if (!elsewhere(at, zone)) return there;
  const sameDay = dayKey(at, zone) === dayKey(at, deviceZone());
  const here = sameDay ? timeInWords(at, { locale }) : inWords(at, { locale });
  return m.time_both({ there, place: placeOfZone(zone), here, mine: placeOfZone(deviceZone()) });
}
