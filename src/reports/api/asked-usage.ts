import { ValidationFailed } from '../../http/problems/http.problems.js';
import { DIMENSION_NAME } from '../../rating/fields.js';
import { nextQuarter, QUARTER_MS } from '../quarters.js';
import { ReportTooLarge } from '../reports.problems.js';
import { beginningOf, beginningsOf, PERIODS, type Period } from './periods.js';
import type { TopAccountsQuery, UsageQuery } from './usage.dto.js';

/** How many rows a report has at most, and so how many periods. */
export const MAX_ROWS = 10_000;
const MAX_DIMENSIONS = 5;

/** A span of whole quarters of an hour, in milliseconds: `toMs` is behind it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The span that a report is asked for, as it is sent. */
type AskedSpan = Pick<TopAccountsQuery, 'from' | 'to' | 'timezone'>;

/** What a report is asked for by, validated. */
export interface AskedUsage extends Span {
  /** All meters when absent. */
  readonly meter: string | undefined;
  /** Where the periods begin: one, where they are not told apart. */
  readonly beginnings: readonly number[];
  /** The names of dimensions that are told apart. */
  readonly names: readonly string[];
}

/** @throws ValidationFailed, ReportTooLarge */
export function askedUsage(query: UsageQuery, now: Date): AskedUsage {
  const { fromMs, toMs } = spanOf(query, now);
  const { period, names } = groupsOf(query.by);
  const beginnings =
    period === undefined ? [fromMs] : beginningsOf(period, query.timezone ?? 'UTC', { fromMs, toMs, max: MAX_ROWS });
  if (beginnings.length > MAX_ROWS) throw new ReportTooLarge({ maxRows: MAX_ROWS });
  return { meter: query.meter, fromMs, toMs, beginnings, names };
}

/** Where nothing is said, from the beginning of the month to the end of this quarter. @throws ValidationFailed */
export function spanOf({ from, to, timezone = 'UTC' }: AskedSpan, now: Date): Span {
  const toMs = to === undefined ? nextQuarter(now.getTime()) : quarterOf('/to', to);
  const fromMs = from === undefined ? beginningOf('month', timezone, toMs - 1) : quarterOf('/from', from);
  if (toMs <= fromMs) throw ValidationFailed.at('/to', 'must be later than from', 'query');
  return { fromMs, toMs };
}

/** The periods and dimensions that `by` names. @throws ValidationFailed */
function groupsOf(by: string | undefined): { period: Period | undefined; names: string[] } {
  const words = by === undefined ? [] : by.split(',');
  const periods = words.filter(isPeriod);
  const names = words.filter((word) => !isPeriod(word));
  const isAllowed =
    periods.length <= 1 &&
    names.length <= MAX_DIMENSIONS &&
    names.every((name) => DIMENSION_NAME.test(name)) &&
    new Set(names).size === names.length;
  if (!isAllowed)
    throw ValidationFailed.at(
      '/by',
      `must be at most one of ${PERIODS.join(', ')}, and up to ${MAX_DIMENSIONS} different names of dimensions, with ` +
        'commas between them, such as day,model',
      'query',
    );
  return { period: periods[0], names };
}

function isPeriod(word: string): word is Period {
  return (PERIODS as readonly string[]).includes(word);
}

function quarterOf(pointer: string, text: string): number {
  const ms = Date.parse(text);
  if (ms % QUARTER_MS !== 0)
    throw ValidationFailed.at(
      pointer,
      'must be a whole quarter of an hour, such as 2026-11-01T00:15:00Z: usage is added up by these',
      'query',
    );
  return ms;
}
