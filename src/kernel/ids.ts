import { randomFillSync } from 'node:crypto';
import { encodeTime, monotonicFactory } from 'ulid';

/** What an id is of. The prefix stands before an underscore and a ULID, so that ids sort by the time of their making. */
export type IdPrefix =
  | 'grt'
  | 'spd'
  | 'hld'
  | 'adj'
  | 'ord'
  | 'lnk'
  | 'rfd'
  | 'dsp'
  | 'dev'
  | 'alw'
  | 'evt'
  | 'rcn'
  | 'bkc'
  | 'key'
  | 'req';

const pool = new Uint8Array(4_096);
let drawn = pool.length;

/** A fraction from the operating system's randomness, which is asked for a few thousand bytes at a time. */
function randomFraction(): number {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const byte = pool[drawn] ?? 0;
  drawn += 1;
  return byte / 256;
}

/** What an id's time is always less ahead of the clock than: clocks that are only being corrected go back by less. */
const MAX_AHEAD_MS = 1_000;

let nextUlid = monotonicFactory(randomFraction);
let latestMs = 0;

/**
 * A new id such as `ord_01k9...`: unique, sortable, and increasing within one process. Its time is that of `now`; when
 * the clock was set back by a second or more, ids follow it, so that they can always be searched by time.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  const ms = now.getTime();
  if (ms <= latestMs - MAX_AHEAD_MS) {
    nextUlid = monotonicFactory(randomFraction);
    latestMs = 0;
  }
  latestMs = Math.max(latestMs, ms);
  return `${prefix}_${nextUlid(ms).toLowerCase()}`;
}

/** The least id that could have been made at an instant or later: ids can be searched by time. */
export function firstIdAt(prefix: IdPrefix, instant: Date): string {
  return `${prefix}_${encodeTime(Math.max(0, instant.getTime())).toLowerCase()}`;
}

/** The grammar of an account's id, which is the caller's own. */
export const ACCOUNT_ID_PATTERN = /^[A-Za-z0-9_\-.:@]{1,128}$/;
