interface Waiting {
  dueAt: Date | null;
  lastStoredAt: Date;
}

/** Least time left first; then what waits for nobody, the newest first. */
export function byTimeLeft<Line extends Waiting>(lines: readonly Line[]): Line[] {
  return [...lines].sort((one, other) => {
    if (one.dueAt !== null && other.dueAt !== null) return one.dueAt.getTime() - other.dueAt.getTime();
    if (one.dueAt === null && other.dueAt === null) return other.lastStoredAt.getTime() - one.lastStoredAt.getTime();
    return one.dueAt === null ? 1 : -1;
  });
}
