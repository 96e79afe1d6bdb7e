import { placeAt, type Place } from "./routes.js";

class Router {
  #path = $state(location.pathname);
  /** True once a page was left for another: from then on headings take the focus. */
  moved = false;
  /** Where somebody wanted to go when asked to log in first. */
  wanted: string | null = null;

  constructor() {
    addEventListener("popstate", () => this.#arrive());
  }

  get path(): string {
    return this.#path;
  }

  get place(): Place {
    return placeAt(this.#path);
  }

  go(path: string): void {
    if (path === this.#path) return;
    history.pushState(null, "", path + location.hash);
    this.#arrive();
  }

  /** Like `go`, without leaving the present page in the history. */
  replace(path: string): void {
    if (path === this.#path) return;
    history.replaceState(null, "", path + location.hash);
    this.#arrive();
  }

  #arrive(): void {
    this.moved = true;
    this.#path = location.pathname;
    scrollTo(0, 0);
  }
}

export const router = new Router();

/** For links inside the page; with a modifier key or another button the browser does what it always does. */
export function followed(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  router.go(event.currentTarget.pathname);
}
