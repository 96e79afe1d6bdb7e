import type { Language } from "../../state/types.js";
import type { TopicView } from "../../state/types.js";

/** Without case, and with "ä" the same as "ae" and "a": people in a hurry type all three. */
const plainly = (text: string): string =>
  text
    .toLowerCase()
    .replace(/ß/g, "ss")
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "");

const spelledOut = (text: string): string =>
  text.toLowerCase().replace(/[äöüß]/g, (letter) => ({ ä: "ae", ö: "oe", ü: "ue", ß: "ss" })[letter] ?? letter);

/** What people may type instead of a topic's own words. */
export type OtherWords = (code: string, locale: Language) => string;

/** The topics whose name, line or other words hold every word typed, in either spelling. An empty search finds all. */
export function matchingTopics(
  topics: readonly TopicView[],
  wanted: string,
  locale: Language,
  otherWords: OtherWords = () => "",
): TopicView[] {
  const words = plainly(wanted).split(/\s+/).filter(Boolean);
  return topics.filter((topic) => {
    const { name, line } = topic[locale];
    const said = `${name} ${line} ${otherWords(topic.code, locale)}`;
    const text = `${plainly(said)} ${plainly(spelledOut(said))}`;
    return words.every((word) => text.includes(word));
  });
}
