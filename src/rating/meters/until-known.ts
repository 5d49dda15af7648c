import { setTimeout as pause } from 'node:timers/promises';
import { AHEAD_MS } from '../rates/create-rate.js';
import type { MeterAnswer } from './meters.dto.js';

/**
 * Waits until no process goes by what a meter said before, which each does for a lease: after a change, and when the
 * same is asked for right behind one, which may have lost its caller. Of a new meter nobody knows anything else.
 */
export async function untilKnown(
  { createdAt, updatedAt }: MeterAnswer,
  { isChanged, now }: { isChanged: boolean; now: Date },
): Promise<void> {
  const isFresh = updatedAt !== createdAt && now.getTime() - Date.parse(updatedAt) < AHEAD_MS;
  if (isChanged || isFresh) await pause(AHEAD_MS);
}
