/** How somebody came to work here: by a link whose secret stands behind the "#", which no browser sends. */
class Arrival {
  /** What has just happened, said once on the page that follows. */
  just: "founded" | "accepted" | null = $state(null);

  /** The secret of the link. */
  read(hash: string): string {
    return hash.replace(/^#/, "");
  }

  /** The link is used up: it leaves the address bar and the history. */
  over(what: "founded" | "accepted"): void {
    this.just = what;
    history.replaceState(null, "", location.pathname);
  }
}

export const arrival = new Arrival();
