import { type Contestant, Outcome, type Scenario } from '../../bench/contest.js';
import { Histogram } from '../../bench/load/histogram.js';
import type { Usage } from '../../bench/measure/meter.js';
import { type Comparison, writeComparison } from '../../bench/report/comparison.js';
import { ratioOf } from '../../bench/report/ratios.js';

const USAGE: Usage = { nodeCpuMs: 100, postgresCpuMs: 50, walBytes: 1_150_000, diskBytes: 985_000 };

/** What came of rounds of one second and these units each, with two more that ended too late to count. */
function outcomeOf(units: number[], latencyMs: number, usage: Usage = USAGE): Outcome {
  const side = { name: 'any', description: 'any' };
  const job = { kind: 'sql', url: '', connections: 1, accounts: { kind: 'hot' } } as const;
  const contestant: Contestant = { id: 'any', label: 'any', side, job };
  const outcome = new Outcome(contestant);
  for (const each of units) {
    const latencies = new Histogram();
    latencies.record(latencyMs);
    const result = { seconds: 1, latencies: latencies.toJSON(), failures: {}, acknowledged: {}, generatorCpuShare: 0 };
    outcome.add({ ...result, units: each, unitsInAll: each + 2 }, usage);
  }
  outcome.peakMemoryMb = 200;
  return outcome;
}

describe('how one version is to another', () => {
  it('compares medians, and says how far the rounds are apart', () => {
    const now = outcomeOf([1_000, 2_000, 3_000], 4);
    const before = outcomeOf([1_000, 1_000, 1_200], 8);
    expect(ratioOf('ratePerSecond', now, before)).toEqual({ ofAll: 2, least: 1, most: 2.5 });
    expect(ratioOf('p50Ms', now, before)?.ofAll).toBeCloseTo(0.5, 2);
  });

  it('divides what was used by all units, late ones included', () => {
    const { rounds } = outcomeOf([998], 4);
    expect(rounds[0]).toMatchObject({ nodeCpuUs: 100, postgresCpuUs: 50, walBytes: 1_150, diskBytes: 985 });
  });

  it('knows no ratio of what one side does not tell', () => {
    const now = outcomeOf([998, 998], 4);
    const before = outcomeOf([998, 998], 4, { ...USAGE, nodeCpuMs: undefined });
    expect(ratioOf('nodeCpuUs', now, before)).toBeUndefined();
    expect(ratioOf('walBytes', now, before)?.ofAll).toBe(1);
  });

  it('knows none of a round in which nothing was done', () => {
    expect(outcomeOf([-2], 4).median('walBytes')).toBeUndefined();
  });
});

describe('the report of a comparison', () => {
  const scenario: Scenario = { id: 'hot', title: 'Spends on one account', unit: 'spends', note: '', contestants: [] };
  const now = outcomeOf([998], 4, { ...USAGE, walBytes: 336_000 });
  const comparison: Comparison = {
    ...{ command: 'npm run bench -- --against v1', now: 'abc', before: 'def', machine: new Map([['Node', 'v24']]) },
    ...{ rounds: 1, seconds: 1, generator: '100,000 requests a second', leftOut: [] },
    results: [
      {
        ...{ scenario, outcomes: [now, outcomeOf([499], 8, { ...USAGE, nodeCpuMs: undefined })] },
        vacuums: [{ cpuUs: 2, walBytes: 150 }, { cpuUs: 8 }],
      },
    ],
    memory: { now: 210, before: undefined },
    proofs: ['now: proven'],
  };
  const lines = writeComparison(comparison)
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '));

  it('begins with the ratios of all scenarios', () => {
    const header = '| | rate | p50 | p99 | CPU of Node | CPU of Postgres | WAL | disk | memory |';
    expect(lines).toContain(header);
    expect(lines[lines.indexOf(header) + 2]).toBe(
      '| Spends on one account | 2.00× | 0.50× | 0.50× | | 0.50× | 0.15× | 0.50× | 1.00× |',
    );
  });

  it('shows both sides of each figure', () => {
    expect(lines).toContain('| spends/s | 998 | 499 | 2.00× | 2.00× to 2.00× |');
    expect(lines).toContain('| CPU of Node a spend | 100 µs | | | |');
    expect(lines).toContain('| WAL a spend | 336 B | 2,300 B | 0.15× | 0.15× to 0.15× |');
    expect(lines).toContain('| CPU of vacuum a spend | 2.0 µs | 8.0 µs | 0.25× | |');
    expect(lines).toContain('| WAL of vacuum a spend | 150 B | | | |');
    expect(lines).toContain('| most memory | 200 MB | 200 MB | 1.00× | |');
    expect(lines).toContain('| failed | 0 | 0 | | |');
  });

  it('says what was left out', () => {
    const said = writeComparison({ ...comparison, leftOut: ['Batches: "before" answers batch: 404'] });
    expect(said).toContain('Left out: Batches: "before" answers batch: 404.');
    expect(lines.join('\n')).not.toContain('Left out');
  });
});
