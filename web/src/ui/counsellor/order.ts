interface Waiting {
  dueAt: Date | null;
  lastStoredAt: Date;
  danger?: boolean;
}

interface Called {
  isNew: boolean;
  danger?: boolean;
  takeover?: string | null;
  clientName: string | null;
}

/** A line that is there because a life is in danger, and not because this person could open the thread. */
export const isOnlyCalled = (line: Called): boolean =>
  line.danger === true && !line.isNew && (line.takeover ?? null) === null && line.clientName === null;

/** Where a life is in danger first; then by time left; then what waits for nobody, the newest first. */
export function byTimeLeft<Line extends Waiting>(lines: readonly Line[]): Line[] {
  return [...lines].sort((one, other) => {
    if ((one.danger ?? false) !== (other.danger ?? false)) return one.danger ? -1 : 1;
    if (one.dueAt !== null && other.dueAt !== null) return one.dueAt.getTime() - other.dueAt.getTime();
    if (one.dueAt === null && other.dueAt === null) return other.lastStoredAt.getTime() - one.lastStoredAt.getTime();
    return one.dueAt === null ? 1 : -1;
  });
}
