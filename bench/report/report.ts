import type { ScenarioOutcome } from '../contest.js';
import type { Machine } from '../machine.js';
import { fairnessTable } from './fairness-table.js';
import { table } from './format.js';
import { scenarioTable } from './scenario-table.js';
import type { Target } from './targets.js';

export interface Report {
  readonly command: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly generator: string;
  readonly results: readonly ScenarioOutcome[];
  /** Peak resident memory by process. */
  readonly memory: readonly { readonly name: string; readonly peakMb: number | undefined }[];
  readonly targets: readonly Target[];
  /** What was proven of the books afterwards, a sentence each. */
  readonly proofs: readonly string[];
}

/** The whole report as Markdown. */
export function writeReport(report: Report): string {
  return `${[
    '# Results',
    `Written by \`${report.command}\`. [README.md](README.md) says how to read it. Each rate is the median of ` +
      `${report.rounds} rounds of ${report.seconds} s, in which all rows of a table took turns; latencies are over all ` +
      'rounds. CPU, WAL and disk are what one unit took (a spend, a pair, a page), by the median of the rounds. ' +
      'Service, load generator and Postgres share the processors, so trust the ratios within a table more than the ' +
      'figures.',
    '## Targets',
    table(
      ['Scrip does', 'measured', ''],
      report.targets.map(({ promise, measured, verdict }) => [promise, measured, verdict]),
    ),
    '## Machine',
    table(['', 'is'], [...report.machine, ['Load generator alone', report.generator]]),
    ...report.results.flatMap((result) => [
      `## ${result.scenario.title}`,
      result.scenario.note,
      result.scenario.id === 'fairness' ? fairnessTable(result) : scenarioTable(result),
    ]),
    '## Memory',
    table(
      ['peak resident memory of', ''],
      report.memory.map(({ name, peakMb }) => [
        name,
        peakMb === undefined ? 'unknown here' : `${peakMb.toFixed(0)} MB`,
      ]),
    ),
    '## Books',
    report.proofs.map((proof) => `- ${proof}`).join('\n'),
  ].join('\n\n')}\n`;
}
