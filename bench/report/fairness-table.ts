import type { ScenarioOutcome } from '../contest.js';
import { milliseconds, rate, table, times } from './format.js';

/** What spends of ordinary accounts take beside each heavy account and without it, and what the heavy one gets. */
export function fairnessTable({ outcomes }: ScenarioOutcome): string {
  const [alone] = outcomes;
  return table(
    ['others spend', 'p50', 'p99', 'p50 to alone', 'p99 to alone', 'its units/s', 'its p50', 'its p99', 'refused'],
    outcomes.map((outcome) => [
      outcome.contestant.label,
      milliseconds(outcome.p50Ms),
      milliseconds(outcome.p99Ms),
      ...(alone === undefined ? ['', ''] : [times(outcome.p50Ms / alone.p50Ms), times(outcome.p99Ms / alone.p99Ms)]),
      ...(outcome === alone
        ? ['', '', '', '']
        : [
            rate(outcome.unitsBeside / outcome.measuredSeconds),
            milliseconds(outcome.latenciesBeside.percentileMs(0.5)),
            milliseconds(outcome.latenciesBeside.percentileMs(0.99)),
            `${outcome.refusalsBeside}`,
          ]),
    ]),
  );
}
