import { Histogram } from './load/histogram.js';
import type { CopyJob, HttpJob, JobResult, SqlJob } from './load/job.js';
import type { Usage } from './measure/meter.js';
import type { Side } from './side.js';

type Untimed<T> = Omit<T, 'seconds'>;

/** One way of doing the work of a scenario, measured in turns with the others. */
export interface Contestant {
  readonly id: string;
  /** As it stands in the tables. */
  readonly label: string;
  readonly side: Side;
  readonly job: Untimed<HttpJob> | Untimed<SqlJob> | Untimed<CopyJob>;
  /** Brings about what the load meets in each round. What it returns ends that, when the round is over. */
  readonly before?: () => Promise<() => Promise<void>>;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What is counted: spends, pairs, pages. */
  readonly unit: string;
  /** What a reader has to know to judge the numbers. */
  readonly note: string;
  readonly contestants: readonly Contestant[];
  /** Which share of the latencies the table tells besides p50 and p99, where something is promised of it. */
  readonly promisedShare?: number;
  /** Brings about what the load meets, on all sides, before the first round. */
  readonly prepare?: () => Promise<void>;
}

/** What was measured in one round. Of CPU, WAL and disk it is what one unit has used, where that is known. */
export interface Round {
  readonly ratePerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly nodeCpuUs?: number;
  readonly postgresCpuUs?: number;
  readonly walBytes?: number;
  readonly diskBytes?: number;
}

/** What one round says of each thing that is measured: the same names as of {@link Round}. */
export type Figure = keyof Round;

/** What was measured of one contestant over all rounds but the first. */
export class Outcome {
  readonly rounds: Round[] = [];
  readonly latencies = new Histogram();
  /** Of the load that ran next to it. */
  readonly latenciesBeside = new Histogram();
  unitsBeside = 0;
  measuredSeconds = 0;
  refusalsBeside = 0;
  failures = 0;
  /** Done in all rounds, the first included. */
  unitsInAll = 0;
  /** The most memory that the service has had resident in this scenario. */
  peakMemoryMb: number | undefined;

  constructor(readonly contestant: Contestant) {}

  add(result: JobResult, usage: Usage): void {
    const latencies = new Histogram(result.latencies);
    this.latencies.add(result.latencies);
    this.latenciesBeside.add(result.beside?.latencies ?? []);
    this.measuredSeconds += result.seconds;
    this.unitsBeside += result.beside?.units ?? 0;
    this.refusalsBeside += result.beside?.refusals ?? 0;
    const ofUnit = (amount: number | undefined, perUnit = 1) =>
      amount === undefined || result.unitsInAll === 0 ? undefined : (amount * perUnit) / result.unitsInAll;
    this.rounds.push({
      ratePerSecond: result.units / result.seconds,
      p50Ms: latencies.percentileMs(0.5),
      p99Ms: latencies.percentileMs(0.99),
      nodeCpuUs: ofUnit(usage.nodeCpuMs, 1_000),
      postgresCpuUs: ofUnit(usage.postgresCpuMs, 1_000),
      walBytes: ofUnit(usage.walBytes),
      diskBytes: ofUnit(usage.diskBytes),
    });
  }

  get medianRate(): number {
    return this.median('ratePerSecond') ?? 0;
  }

  /** Of the rounds; undefined when it is not known of one of them. */
  median(figure: Figure): number | undefined {
    const values = this.rounds.map((round) => round[figure]);
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 || known.length < values.length ? undefined : median(known);
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

/** What a turn has done, and what it took. */
export interface Measured {
  readonly result: JobResult;
  readonly usage: Usage;
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
  measure: (contestant: Contestant) => Promise<Measured>,
  onTurn: (turn: Turn) => void,
): Promise<ScenarioOutcome> {
  const outcomes = scenario.contestants.map((contestant) => new Outcome(contestant));
  for (const { side } of scenario.contestants) await side.service?.forgetPeak();
  await scenario.prepare?.();
  for (let round = 0; round <= rounds; round += 1) {
    for (const outcome of outcomes) {
      const { contestant } = outcome;
      const end = await contestant.before?.();
      const { result, usage } = await measure(contestant).finally(end);
      contestant.side.books?.acknowledge(result.acknowledged);
      outcome.unitsInAll += result.unitsInAll;
      outcome.failures += Object.values(result.failures).reduce((sum, count) => sum + count, 0);
      if (round > 0) outcome.add(result, usage);
      await contestant.side.service?.forgetOutput();
      onTurn({ scenario, round, contestant, result });
    }
  }
  for (const outcome of outcomes) outcome.peakMemoryMb = await outcome.contestant.side.service?.latePeakMemoryMb();
  return { scenario, outcomes };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
