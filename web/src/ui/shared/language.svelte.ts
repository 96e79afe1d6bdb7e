import { baseLocale, isLocale, type Locale, locales, overwriteGetLocale } from "../../paraglide/runtime.js";

/** Session storage, not local storage: on a shared computer nothing of the visit stays behind. */
const KEPT_AS = "language";

function kept(): string | null {
  try {
    return sessionStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

function keep(locale: Locale): void {
  try {
    sessionStorage.setItem(KEPT_AS, locale);
  } catch {
    // A browser that stores nothing still shows the chosen language until the page closes.
  }
}

function firstChoice(): Locale {
  for (const wish of [kept(), ...navigator.languages]) {
    const locale = wish?.slice(0, 2).toLowerCase();
    if (isLocale(locale)) return locale;
  }
  return baseLocale;
}

class Language {
  current: Locale = $state(firstChoice());

  get other(): Locale {
    return locales.find((locale) => locale !== this.current) ?? baseLocale;
  }

  choose(locale: Locale): void {
    this.current = locale;
    keep(locale);
  }
}

export const language = new Language();

// Messages read the language while a page renders, so a switch redraws every sentence without a reload.
overwriteGetLocale(() => language.current);
