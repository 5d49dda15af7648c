import { Busy, DatabaseUnavailable } from '../../http/problems/http.problems.js';
import type { AccountLines } from './account-lines.js';
import type { Waiting } from './waiting.js';

/** How long a command waits for an account that somebody else holds. Its caller hears within 5 s, all in all. */
const PATIENCE_MS = 4_000;
/** How long a command on its way may have waited in all. After that nobody knows whether it will be written. */
const GIVE_UP_AFTER_MS = 4_500;
/** A batch that is on its way for longer does not merely take its time. */
const STUCK_AFTER_MS = 1_000;

/** The batches that are on their way, and since when. */
export class Underway {
  private readonly since = new Map<readonly Waiting[], number>();

  begin(batch: readonly Waiting[]): void {
    this.since.set(batch, performance.now());
  }

  end(batch: readonly Waiting[]): void {
    this.since.delete(batch);
  }

  /** Those that do not merely take their time: they have been so for long, or were before, when the server failed. */
  stuckAt(nowMs: number): (readonly Waiting[])[] {
    const isStuck = ([batch, sinceMs]: [readonly Waiting[], number]) =>
      sinceMs < nowMs - STUCK_AFTER_MS || batch.some(({ isInDoubt }) => isInDoubt);
    return [...this.since].filter(isStuck).map(([batch]) => batch);
  }
}

/**
 * Refuses the commands that have waited too long for a locked or heavy account: as busy, or as in doubt where a commit
 * whose end nobody heard of may be what holds the account.
 */
export function refuseBusy(apart: AccountLines): void {
  for (const item of apart.takeOlderThan(performance.now() - PATIENCE_MS))
    item.reject(item.isInDoubt ? new DatabaseUnavailable() : new Busy());
}

/**
 * Refuses commands that have waited too long because the database does not answer, and returns those that still wait.
 * A command on its way may yet be written: its key tells later.
 */
export function refuseStuck(
  waiting: Waiting[],
  { underway, connectingSinceMs }: { underway: Underway; connectingSinceMs: number | undefined },
): Waiting[] {
  const nowMs = performance.now();
  const stuck = underway.stuckAt(nowMs);
  const isConnecting = connectingSinceMs !== undefined && connectingSinceMs < nowMs - STUCK_AFTER_MS;
  if (stuck.length === 0 && !isConnecting) return waiting;
  for (const item of stuck.flat()) if (nowMs - item.sinceMs > GIVE_UP_AFTER_MS) item.reject(new DatabaseUnavailable());
  const isLate = (item: Waiting) => nowMs - item.sinceMs > PATIENCE_MS;
  for (const item of waiting.filter(isLate)) item.reject(new DatabaseUnavailable());
  return waiting.filter((item) => !isLate(item));
}
