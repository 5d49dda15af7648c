import type { Outcome, ScenarioOutcome } from '../contest.js';
import { bytes, microseconds, milliseconds, rate, table, times } from './format.js';

/** One table: rate, latencies, each rate in relation to that of the first row, and what a unit of work has used. */
export function scenarioTable({ scenario, outcomes }: ScenarioOutcome): string {
  const first = outcomes[0];
  const reference = first?.contestant.side.name ?? '';
  const isGrowth = scenario.id.startsWith('growth-');
  const shares = [0.5, ...(scenario.promisedShare === undefined ? [] : [scenario.promisedShare]), 0.99];
  return table(
    [
      '',
      `${scenario.unit}/s`,
      ...shares.map((share) => `p${share * 100}`),
      isGrowth ? 'p50 to first row' : `${reference}'s first row is`,
      'CPU of Node',
      'of Postgres',
      'WAL',
      'disk',
      'failed',
    ],
    outcomes.map((outcome) => [
      outcome.contestant.label,
      rate(outcome.medianRate),
      ...shares.map((share) => milliseconds(outcome.latencies.percentileMs(share))),
      first === undefined ? '' : isGrowth ? times(outcome.p50Ms / first.p50Ms) : ratio(first, outcome),
      microseconds(outcome.median('nodeCpuUs')),
      microseconds(outcome.median('postgresCpuUs')),
      bytes(outcome.median('walBytes')),
      bytes(outcome.median('diskBytes')),
      `${outcome.failures}`,
    ]),
  );
}

function ratio(first: Outcome, other: Outcome): string {
  return first === other ? '1' : times(first.medianRate / other.medianRate);
}
