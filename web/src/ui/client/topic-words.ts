import type { Language } from "../../state/types.js";

/** What people type who do not know what a topic is called. Only searched, never shown. */
const others: Record<string, Record<Language, string>> = {
  family: {
    de: "Erziehung Scheidung Ehe Partner Beziehung Baby Sorgerecht Gewalt überfordert Mutter Vater",
    en: "parenting divorce marriage partner relationship baby custody violence overwhelmed mother father",
  },
  youth: {
    de: "Mobbing Liebeskummer Ritzen selbst verletzen Teenager Lehrer Internet allein Angst Ausbildung",
    en: "bullying heartbreak self-harm cutting teenager teacher internet alone afraid anxiety",
  },
  addiction: {
    de: "trinken betrunken Bier Wein kiffen Cannabis Koks Zocken Glücksspiel rauchen Entzug Rückfall abhängig Handy",
    en: "drinking drunk beer wine weed cannabis cocaine gaming betting smoking withdrawal relapse addicted phone",
  },
  pregnancy: {
    de: "schwanger Abtreibung Abbruch Kinderwunsch Geburt Fehlgeburt Verhütung",
    en: "pregnant abortion termination birth miscarriage contraception",
  },
  debt: {
    de: "Geld Inkasso Insolvenz Gerichtsvollzieher Miete Kredit pleite Strom Konto",
    en: "money owe bankruptcy insolvency rent loan broke electricity account",
  },
  migration: {
    de: "Asyl Flucht Visum Duldung Ausländer Abschiebung Papiere Deutschkurs",
    en: "asylum refugee visa deportation foreigner papers German course",
  },
  emigration: { de: "Ausland umziehen heimkehren", en: "abroad moving home" },
  disability: {
    de: "Depression depressiv psychisch Psyche Angst Panik Rollstuhl Therapie Burnout Suizid",
    en: "depression depressed anxiety panic wheelchair therapy burnout suicide",
  },
  old_age: {
    de: "Demenz Senioren Rente Pflegeheim Oma Opa einsam",
    en: "dementia pension care home grandparents lonely",
  },
  guardianship: { de: "Betreuer Vormund Testament", en: "power of attorney carer will" },
  offending: { de: "Gefängnis Knast Strafe Gericht Bewährung Polizei", en: "jail court sentence probation police" },
  hiv: { de: "positiv Geschlechtskrankheit", en: "positive sexual health" },
  hospice: { de: "sterben Tod Krebs todkrank Abschied", en: "dying death cancer terminal farewell" },
  grief: {
    de: "Tod gestorben Verlust traurig vermissen verstorben Witwe",
    en: "death died loss sad miss widow bereavement",
  },
  men: { de: "Mann Junge Vater Aggression", en: "man boy father aggression" },
  health_cures: { de: "Kur Reha Mutter-Kind müde Erholung", en: "rehab recovery tired rest" },
};

export const otherWordsFor = (code: string, locale: Language): string => others[code]?.[locale] ?? "";
