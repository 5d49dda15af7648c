import { randomFillSync } from 'node:crypto';
import { encodeTime } from 'ulid';

/**
 * What an id is of. The prefix stands before an underscore and a ULID, so that ids sort by the time of their making.
 */
export type IdPrefix =
  | 'grt'
  | 'spd'
  | 'hld'
  | 'inc'
  | 'imp'
  | 'adj'
  | 'ord'
  | 'lnk'
  | 'rfd'
  | 'dsp'
  | 'dev'
  | 'alw'
  | 'alt'
  | 'evt'
  | 'whe'
  | 'dlv'
  | 'msg'
  | 'rcn'
  | 'bkc'
  | 'vch'
  | 'rdm'
  | 'key'
  | 'req';

const RANDOM_BYTES = 4_096;
const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
const HALF_BITS = 40;
const HALF = 2 ** HALF_BITS;
const TWO_TO_20 = 2 ** 20;

/** What an id's time is always less ahead of the clock than: clocks that are only being corrected go back by less. */
const MAX_AHEAD_MS = 1_000;

const pool = Buffer.allocUnsafe(RANDOM_BYTES);
let drawn = RANDOM_BYTES;
/** The time and the random part of the id that was made last; the random part is of 80 bits, in two halves. */
let last = { ms: 0, high: 0, low: 0 };

/**
 * A new id such as `ord_01k9...`: unique, sortable, and increasing within one process. Its time is that of `now`; when
 * the clock was set back by a second or more, ids follow it, so that they can always be searched by time. Whoever knows
 * an id, such as the one of a request, cannot guess another: each has 64 bits at least that no other tells.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  const ms = now.getTime();
  const wasSetBack = ms <= last.ms - MAX_AHEAD_MS;
  last = ms > last.ms || wasSetBack ? fresh(ms) : behind(last);
  return `${prefix}_${timeText(last.ms)}${randomText(last.high, last.low)}`;
}

/** Leaves the uppermost bit free, so that some ten thousand ids at least fit behind it into the same millisecond. */
function fresh(ms: number): typeof last {
  return { ms, high: Math.floor(random(HALF_BITS) / 2), low: random(HALF_BITS) };
}

/** Steps on by 64 random bits: in the order of their making, and yet with nothing that the id before would tell. */
function behind({ ms, high, low }: typeof last): typeof last {
  const sum = low + random(HALF_BITS);
  const carried = high + random(24) + (sum >= HALF ? 1 : 0);
  return carried >= HALF ? fresh(ms + 1) : { ms, high: carried, low: sum % HALF };
}

/**
 * A number of so many bits, from the operating system's randomness, which is asked for some thousand bytes at a time.
 */
function random(bits: 24 | 40): number {
  const bytes = bits / 8;
  if (drawn + bytes > RANDOM_BYTES) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += bytes;
  return pool.readUIntBE(drawn - bytes, bytes);
}

/** Ids that are made one after the other are mostly of one millisecond. */
let lastTime = { ms: Number.NaN, text: '' };

function timeText(ms: number): string {
  if (lastTime.ms !== ms) lastTime = { ms, text: encodeTime(ms).toLowerCase() };
  return lastTime.text;
}

/** Where a random part is written, over and over. */
const characters = Buffer.alloc((2 * HALF_BITS) / 5);

function randomText(high: number, low: number): string {
  const places = characters.length / 4;
  writeBits(Math.floor(high / TWO_TO_20), 0);
  writeBits(high % TWO_TO_20, places);
  writeBits(Math.floor(low / TWO_TO_20), 2 * places);
  writeBits(low % TWO_TO_20, 3 * places);
  return characters.toString('latin1');
}

/** Writes 20 bits as four characters. */
function writeBits(bits: number, place: number): void {
  for (let index = 0; index < 4; index += 1)
    characters[place + index] = CROCKFORD.charCodeAt((bits >> (15 - 5 * index)) & 31);
}

/** The least id that could have been made at an instant or later: ids can be searched by time. */
export function firstIdAt(prefix: IdPrefix, instant: Date): string {
  return `${prefix}_${encodeTime(Math.max(0, instant.getTime())).toLowerCase()}`;
}

/**
 * The grammar of an account's id, which is the caller's own: whatever identity providers make, such as `auth0|64f…`,
 * and e-mail addresses. No blank and no slash, so that an id is one step of an address.
 */
export const ACCOUNT_ID_PATTERN = /^[A-Za-z0-9_.:@|+-]{1,128}$/;

/**
 * Ids that no account may be given any more. Clients resolve `.` and `..` as steps of an address before they send it,
 * percent-encoded or not, so the request is about something else.
 */
export const isOfDots = (accountId: string): boolean => /^\.+$/.test(accountId);
