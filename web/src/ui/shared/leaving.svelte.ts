import { tellInPassing } from "../../net/api.js";
import type { App } from "../../state/types.js";

/** Says nothing about the page before it, asks nothing, and looks like something anybody reads. */
const ELSEWHERE = { de: "https://de.wikipedia.org/", en: "https://en.wikipedia.org/" };

/** The quick exit: keys, text and page are gone before the network is asked for anything. */
class Leaving {
  gone = $state(false);

  leave(app: App): void {
    this.gone = true;
    app.forget();
    // Also where nobody is signed in on this page: its cookie may be left from before it was loaded anew.
    tellInPassing("/api/logout");
    document.title = "";
    location.replace(document.documentElement.lang === "en" ? ELSEWHERE.en : ELSEWHERE.de);
  }
}

export const leaving = new Leaving();

// "Back" may bring the page out of the browser's memory as it was left: it starts anew instead.
addEventListener("pageshow", (event) => {
  if (event.persisted && leaving.gone) location.replace("/");
});
