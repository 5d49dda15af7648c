const failures = new Map<string, number>();

/**
 * Counts a failure of work that nobody waits for, such as a timer's or a job's. Whoever counts it also logs it and
 * tries again. Returns how often this work has failed since the process began.
 */
export function noteFailure(work: string): number {
  const count = (failures.get(work) ?? 0) + 1;
  failures.set(work, count);
  return count;
}
