import { addMonths } from '../kernel/clock.js';
import { type Credits, credits } from '../kernel/credits.js';

export interface Span {
  startsAt: Date;
  endsAt: Date;
}

/** The months that a yearly plan drips its credits in. */
export function monthsOf({ startsAt, endsAt }: Span): Span[] {
  const months: Span[] = [];
  for (let at = startsAt; at < endsAt; at = addMonths(startsAt, months.length))
    months.push({ startsAt: at, endsAt: earlier(addMonths(startsAt, months.length + 1), endsAt) });
  return months;
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
