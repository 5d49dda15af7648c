import { need } from '../../api/common.js';
import { invalidRequest } from '../../api/errors.js';
import { kinds } from '../../kinds/kinds.js';
import { frozenAt } from '../../store/clock.js';
import type { Work } from '../../store/work.js';

/** The work as it is done at a time of a test clock. */
export const atTestClock = (work: Work, id: string, seconds: number): Work => ({
  ...work,
  clock: frozenAt(seconds * 1000),
  now: seconds,
  testClock: { id, outside: work.testClock?.outside ?? work.now },
});

/**
 * The work as it is done for what belongs to a test clock, if it does. Nothing can be done while that is being
 * advanced.
 */
export async function atTimeOf(work: Work, testClock: { id: string } | string | null | undefined): Promise<Work> {
  if (testClock === null || testClock === undefined) return work;
  const id = typeof testClock === 'string' ? testClock : testClock.id;
  const { shown } = await need(work, kinds.testClock, id, { param: 'test_clock' });
  if (shown.status === 'ready') return atTestClock(work, id, shown.frozen_time);
  throw invalidRequest('Test clock advancement underway - cannot perform modifications', { param: 'test_clock' });
}
