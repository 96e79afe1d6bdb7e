import { baseLocale, isLocale, type Locale, locales, overwriteGetLocale } from "../../paraglide/runtime.js";
import type { Language as Written } from "../../state/types.js";

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
  const before = kept();
  if (isLocale(before)) return before;
  for (const wish of navigator.languages) {
    const locale = wish.slice(0, 2).toLowerCase();
    if (isLocale(locale)) return locale;
  }
  return baseLocale;
}

class Language {
  /** As messages are kept: Easy Language is one of its own, and says in German what it has no words for. */
  chosen: Locale = $state(firstChoice());

  /** What agencies and the server have their words in. */
  get current(): Written {
    return this.chosen === "en" ? "en" : "de";
  }

  get isEasy(): boolean {
    return this.chosen === "de-simple";
  }

  /** The one to change to: from Easy Language back to the usual one. */
  get other(): Locale {
    return this.isEasy ? baseLocale : (locales.find((locale) => locale !== this.chosen) ?? baseLocale);
  }

  choose(locale: Locale): void {
    this.chosen = locale;
    keep(locale);
  }
}

export const language = new Language();

// Messages read the language while a page renders, so a switch redraws every sentence without a reload.
overwriteGetLocale(() => language.chosen);
