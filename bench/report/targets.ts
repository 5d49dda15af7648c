import type { Outcome, ScenarioOutcome } from '../contest.js';
import { milliseconds, times } from './format.js';

export interface Target {
  readonly promise: string;
  readonly measured: string;
  readonly verdict: 'reached' | 'missed' | 'not measured';
}

/** What Scrip promises of itself, held against what was measured. */
export function judgeTargets(results: readonly ScenarioOutcome[], peakMemoryMb: number | undefined): Target[] {
  const of = (scenario: string, contestant: string) =>
    results
      .find((result) => result.scenario.id === scenario)
      ?.outcomes.find((outcome) => outcome.contestant.id === contestant);
  const scripHot = of('hot', 'Scrip-spend-64');
  const scripSpread = of('spread', 'Scrip-spend-64');
  const classicHot = of('hot', 'Nest + TypeORM-spend-64');
  const classicSpread = of('spread', 'Nest + TypeORM-spend-64');
  const bestBatchRival = of('batch-hot', 'SQL function-4');
  return [
    faster('40 times the classic service on one account, 64 connections', 40, scripHot, classicHot),
    faster('8 times the classic service over 10,000 accounts, 64 connections', 8, scripSpread, classicSpread),
    faster('5 times the classic function on one account, 4 clients', 5, scripHot, of('hot', 'SQL function-4')),
    faster(
      '1 time the classic function over 10,000 accounts, 16 clients',
      1,
      scripSpread,
      of('spread', 'SQL function-16'),
    ),
    quicker('p99 below the p50 of the classic service on one account', scripHot, classicHot),
    quicker('p99 below the p50 of the classic service over 10,000 accounts', scripSpread, classicSpread),
    faster(
      'batches: 15 times the classic function on one account',
      15,
      of('batch-hot', 'Scrip-batch-8'),
      bestBatchRival,
    ),
    faster(
      'events: a third of COPY of their entries and balances, on one account',
      1 / 3,
      of('events-hot', 'Scrip-events-4'),
      of('events-hot', 'copy-rows'),
    ),
    faster(
      'events: a third of COPY of their entries and balances, over 10,000 accounts',
      1 / 3,
      of('events-spread', 'Scrip-events-4'),
      of('events-spread', 'copy-rows'),
    ),
    within('reports on the month of a busy account, by day and model: p95', 300, of('reports', 'busy')),
    within('reports on the month of all accounts, by day and model: p95', 1_000, of('reports', 'all')),
    within('the accounts that spent most in a month: p95', 1_000, of('reports', 'top')),
    memory(300, peakMemoryMb),
  ];
}

function faster(promise: string, wanted: number, ours: Outcome | undefined, theirs: Outcome | undefined): Target {
  if (ours === undefined || theirs === undefined) return unmeasured(promise);
  const ratio = ours.medianRate / theirs.medianRate;
  return { promise, measured: times(ratio), verdict: ratio >= wanted ? 'reached' : 'missed' };
}

function quicker(promise: string, ours: Outcome | undefined, theirs: Outcome | undefined): Target {
  if (ours === undefined || theirs === undefined) return unmeasured(promise);
  const measured = `${milliseconds(ours.p99Ms)} to ${milliseconds(theirs.p50Ms)}`;
  return { promise, measured, verdict: ours.p99Ms < theirs.p50Ms ? 'reached' : 'missed' };
}

function within(of: string, limitMs: number, ours: Outcome | undefined): Target {
  const promise = `${of} within ${limitMs} ms`;
  if (ours === undefined) return unmeasured(promise);
  const p95Ms = ours.latencies.percentileMs(0.95);
  return { promise, measured: milliseconds(p95Ms), verdict: p95Ms <= limitMs ? 'reached' : 'missed' };
}

function memory(limitMb: number, peakMb: number | undefined): Target {
  const promise = `less than ${limitMb} MB of memory at the peak`;
  if (peakMb === undefined) return unmeasured(promise);
  return { promise, measured: `${peakMb.toFixed(0)} MB`, verdict: peakMb < limitMb ? 'reached' : 'missed' };
}

function unmeasured(promise: string): Target {
  return { promise, measured: '', verdict: 'not measured' };
}
