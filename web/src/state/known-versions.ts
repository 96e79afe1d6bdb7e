/**
 * The newest version of each vault that this page has seen (T7): a server that shows an older one is told apart from
 * one that is merely slow. In page memory only; it outlives a login, and goes with the page.
 */
class KnownVersions {
  readonly #newest = new Map<string, number>();

  of(accountId: string): number {
    return this.#newest.get(accountId) ?? 0;
  }

  /** Only of a vault that opened, or of a write that was acknowledged: a server's bare number means nothing. */
  saw(accountId: string, version: number): void {
    this.#newest.set(accountId, Math.max(version, this.of(accountId)));
  }
}

export const knownVersions = new KnownVersions();
