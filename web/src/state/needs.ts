/**
 * What somebody has to say before an appointment, as an ordinary sealed text of a fixed form: a first line, then one line for each
 * thing. Whoever cannot read the form reads the words (docs/protocol.md, "Texts of a fixed form"). The server sees none of it.
 */

export interface Needs {
  phone: string;
  /** In which language somebody would like to be interpreted. */
  interpreter: string;
  companion: boolean;
  /** In their own words. */
  further: string;
}

export const NO_NEEDS: Needs = { phone: "", interpreter: "", companion: false, further: "" };

type Language = "de" | "en";

const HEAD: Record<Language, string> = { de: "Zum Termin:", en: "For the appointment:" };
const ADDRESS: Record<Language, string> = { de: "Adresse zum Termin:", en: "Address for the appointment:" };
const PHONE: Record<Language, string> = { de: "Telefon: ", en: "Telephone: " };
const INTERPRETER: Record<Language, string> = { de: "Dolmetschen: ", en: "Interpreter: " };
const COMPANION: Record<Language, string> = { de: "Begleitung: ja", en: "Accompanied: yes" };
const LANGUAGES: readonly Language[] = ["de", "en"];

const oneLine = (words: string): string => words.replace(/\s+/g, " ").trim();

/** Null where there is nothing to say. */
export function needsText({ phone, interpreter, companion, further }: Needs, language: Language): string | null {
  const lines = [
    ...(oneLine(phone) === "" ? [] : [PHONE[language] + oneLine(phone)]),
    ...(oneLine(interpreter) === "" ? [] : [INTERPRETER[language] + oneLine(interpreter)]),
    ...(companion ? [COMPANION[language]] : []),
    ...(further.trim() === "" ? [] : [further.trim()]),
  ];
  return lines.length === 0 ? null : [HEAD[language], ...lines].join("\n");
}

/** A number alone asks for nothing; all the rest wants an answer. */
export const wantsAnswer = ({ interpreter, companion, further }: Needs): boolean =>
  companion || oneLine(interpreter) !== "" || further.trim() !== "";

const isHead = (line: string | undefined): boolean => LANGUAGES.some((language) => line === HEAD[language]);
const isPhone = (line: string): boolean => LANGUAGES.some((language) => line.startsWith(PHONE[language]));

/** Whether a message of this form holds a telephone number. It stands in the second line, and nowhere else. */
export function holdsPhone(text: string): boolean {
  const [head, first = ""] = text.split("\n");
  return isHead(head) && isPhone(first);
}

/** The same text without the number. */
export function withoutPhone(text: string, instead: string): string {
  if (!holdsPhone(text)) return text;
  const [head = "", , ...rest] = text.split("\n");
  return [head, instead, ...rest].join("\n");
}

export const addressText = (address: string, language: Language): string => `${ADDRESS[language]}\n${address.trim()}`;

export const holdsAddress = (text: string): boolean =>
  LANGUAGES.some((language) => text.startsWith(`${ADDRESS[language]}\n`));
