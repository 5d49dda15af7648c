import { addMonths } from '../../kernel/clock.js';
import { type Credits, credits } from '../../kernel/credits.js';

export interface Span {
  startsAt: Date;
  endsAt: Date;
}

/** A month of a span of time, or the part of one that is left at its end. */
export interface Month extends Span {
  /** The month that it is a part of: itself where it is a whole one. */
  whole: Span;
}

/**
 * Months are not of one length, and one that is counted from the 31st begins and ends on other days than one that is
 * counted from where it really began. So much more or less than a month is a month.
 */
const SLACK_MS = 4 * 86_400_000;

/** The months that a span of time is made of: one of a month, twelve of a year, and of a week a part of one. */
export function monthsOf({ startsAt, endsAt }: Span): Month[] {
  const months: Month[] = [];
  for (let at = startsAt; at < endsAt; ) {
    const anniversary = addMonths(startsAt, months.length + 1);
    const leftMs = endsAt.getTime() - anniversary.getTime();
    const isLast = leftMs < SLACK_MS;
    const isPart = leftMs < -SLACK_MS;
    const month = { startsAt: at, endsAt: isLast ? endsAt : anniversary };
    months.push({ ...month, whole: isPart ? { startsAt: at, endsAt: anniversary } : month });
    at = month.endsAt;
  }
  return months;
}

/** The month that a span, which is not longer than one, is or is a part of. */
export function wholeOf(span: Span): Span {
  return monthsOf(span)[0]?.whole ?? span;
}

/** The latest instant, and not after `at`, that is whole months before an end. */
export function monthsBefore(endsAt: Date, at: Date): Date {
  let months = 1;
  while (addMonths(endsAt, -months) > at) months += 1;
  return addMonths(endsAt, -months);
}

/** What of an amount a part of a span of time is worth, rounded down. */
export function shareOf(amount: Credits, part: Span, whole: Span): Credits {
  const ms = ({ startsAt, endsAt }: Span) => BigInt(Math.max(0, endsAt.getTime() - startsAt.getTime()));
  return ms(part) >= ms(whole) ? amount : credits((amount * ms(part)) / ms(whole));
}

export function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

export function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
