import type { AskedUsage } from './asked-usage.js';

const DAY_MS = 24 * 60 * 60_000;

/** Quarters of an hour between where a period begins or ends and the nearest midnight (UTC). Periods count from 1. */
export interface Edge {
  readonly fromMs: number;
  /** Behind it. */
  readonly toMs: number;
  /** The period that they are in, though not in its days; null where the report has none there. */
  readonly gains: number | null;
  /** The period that they are not in, though in its days. */
  readonly loses: number | null;
}

/** Periods made of days in UTC: each has the days from its midnight to the next one, and what edges change of that. */
export interface DaysAndEdges {
  /** One for each period, in order, and the one behind the last. */
  readonly midnights: readonly number[];
  readonly edges: readonly Edge[];
}

/**
 * How the periods of a report are added up by days in UTC, wherever they begin: a day of Berlin is one in UTC with an
 * hour before it and without its last one. Undefined where periods are so short that quarters of an hour are fewer.
 */
export function daysAndEdges({ beginnings, fromMs, toMs }: AskedUsage): DaysAndEdges | undefined {
  if (toMs - fromMs < (beginnings.length * DAY_MS) / 2) return undefined;
  const bounds = [...beginnings, toMs];
  const midnights = bounds.map((ms) => Math.round(ms / DAY_MS) * DAY_MS);
  const edges = bounds.flatMap((ms, place): Edge[] => {
    const midnightMs = midnights[place] ?? ms;
    const ending = place === 0 ? null : place;
    const beginning = place === beginnings.length ? null : place + 1;
    if (ms < midnightMs) return [{ fromMs: ms, toMs: midnightMs, gains: beginning, loses: ending }];
    if (ms > midnightMs) return [{ fromMs: midnightMs, toMs: ms, gains: ending, loses: beginning }];
    return [];
  });
  return { midnights, edges };
}
