import { Histogram } from './load/histogram.js';
import type { HttpJob, JobResult, SqlJob } from './load/job.js';
import type { Side } from './side.js';

type Untimed<T> = Omit<T, 'seconds'>;

/** One way of doing the work of a scenario, measured in turns with the others. */
export interface Contestant {
  readonly id: string;
  /** As it stands in the tables. */
  readonly label: string;
  readonly side: Side;
  readonly job: Untimed<HttpJob> | Untimed<SqlJob>;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What is counted: spends, pairs, pages. */
  readonly unit: string;
  /** What a reader has to know to judge the numbers. */
  readonly note: string;
  readonly contestants: readonly Contestant[];
}

/** What was measured of one contestant over all rounds but the first. */
export class Outcome {
  readonly ratesPerSecond: number[] = [];
  readonly latencies = new Histogram();
  failures = 0;

  constructor(readonly contestant: Contestant) {}

  add(result: JobResult): void {
    this.ratesPerSecond.push(result.units / result.seconds);
    this.latencies.add(result.latencies);
  }

  get medianRate(): number {
    return median(this.ratesPerSecond);
  }

  get p50Ms(): number {
    return this.latencies.percentileMs(0.5);
  }

  get p99Ms(): number {
    return this.latencies.percentileMs(0.99);
  }
}

export interface ScenarioOutcome {
  readonly scenario: Scenario;
  readonly outcomes: readonly Outcome[];
}

export interface Turn {
  readonly scenario: Scenario;
  /** From 0, which is the warm-up that is dropped. */
  readonly round: number;
  readonly contestant: Contestant;
  readonly result: JobResult;
}

/**
 * Measures the contestants of a scenario in alternating rounds, A B C A B C, after a warm-up round that is dropped:
 * what drifts on the machine meanwhile meets all of them alike. What is acknowledged counts in the books either way.
 */
export async function runScenario(
  scenario: Scenario,
  rounds: number,
  measure: (contestant: Contestant) => Promise<JobResult>,
  onTurn: (turn: Turn) => void,
): Promise<ScenarioOutcome> {
  const outcomes = scenario.contestants.map((contestant) => new Outcome(contestant));
  for (let round = 0; round <= rounds; round += 1) {
    for (const outcome of outcomes) {
      const { contestant } = outcome;
      const result = await measure(contestant);
      contestant.side.books?.acknowledge(result.acknowledged);
      outcome.failures += Object.values(result.failures).reduce((sum, count) => sum + count, 0);
      if (round > 0) outcome.add(result);
      onTurn({ scenario, round, contestant, result });
    }
  }
  return { scenario, outcomes };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
