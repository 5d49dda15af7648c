import type { Figure, ScenarioOutcome } from '../contest.js';
import type { Machine } from '../machine.js';
import { bytes, microseconds, milliseconds, rate, table, times } from './format.js';
import { ratioOf } from './ratios.js';

/** What vacuuming after a scenario took, by unit of the scenario. */
export interface Vacuum {
  readonly cpuUs?: number;
  readonly walBytes?: number;
}

export interface VersionsOutcome extends ScenarioOutcome {
  /** In the order of the outcomes. */
  readonly vacuums: readonly Vacuum[];
}

/** What was measured of two versions of Scrip: the first contestant of each scenario is this one. */
export interface Comparison {
  readonly command: string;
  readonly now: string;
  readonly before: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly generator: string;
  readonly results: readonly VersionsOutcome[];
  /** What one of the versions does not know, with the reason. */
  readonly leftOut: readonly string[];
  /** The most memory that each service has had resident in the whole run. */
  readonly memory: { readonly now: number | undefined; readonly before: number | undefined };
  /** What was proven of the books afterwards, a sentence each. */
  readonly proofs: readonly string[];
}

type Row = readonly [figure: Figure, title: string, show: (value: number | undefined) => string];

const OF_A_UNIT: readonly Row[] = [
  ['nodeCpuUs', 'CPU of Node', microseconds],
  ['postgresCpuUs', 'CPU of Postgres', microseconds],
  ['walBytes', 'WAL', bytes],
  ['diskBytes', 'disk', bytes],
];

const LESS_IS_BETTER: readonly Row[] = [
  ['p50Ms', 'p50', (ms) => (ms === undefined ? '' : milliseconds(ms))],
  ['p99Ms', 'p99', (ms) => (ms === undefined ? '' : milliseconds(ms))],
  ...OF_A_UNIT,
];

/** The whole comparison as Markdown. */
export function writeComparison(comparison: Comparison): string {
  const { command, now, before, machine, rounds, seconds, generator, results, leftOut, memory, proofs } = comparison;
  return `${[
    '# This version and one before',
    `Written by \`${command}\`. [README.md](README.md) says how to read it. Both versions took turns on one machine, ` +
      `${count(rounds, 'round')} of ${seconds} s for each scenario. Figures are medians of the rounds; only the ratios ` +
      'mean anything.',
    `- now: ${now}\n- before: ${before}`,
    '## Now / before',
    'More is better for the rate, less for all else.',
    table(
      ['', 'rate', ...LESS_IS_BETTER.map(([, title]) => title), 'memory'],
      results.map((result) => [
        result.scenario.title,
        ...(['ratePerSecond', ...LESS_IS_BETTER.map(([figure]) => figure)] as const).map((figure) =>
          shortRatio(figure, result),
        ),
        plainRatio(result.outcomes[0]?.peakMemoryMb, result.outcomes[1]?.peakMemoryMb),
      ]),
    ),
    ...(leftOut.length === 0 ? [] : [`Left out: ${leftOut.join('; ')}.`]),
    ...results.flatMap((result) => [`## ${result.scenario.title}`, result.scenario.note, scenarioTable(result)]),
    '## Memory',
    table(
      ['most resident memory of the service, in all of the run', 'now', 'before', 'now / before'],
      [['', megabytes(memory.now), megabytes(memory.before), plainRatio(memory.now, memory.before)]],
    ),
    '## Machine',
    table(['', 'is'], [...machine, ['Load generator alone', generator]]),
    '## Books',
    proofs.map((proof) => `- ${proof}`).join('\n'),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')}\n`;
}

function scenarioTable({ scenario, outcomes, vacuums }: VersionsOutcome): string {
  const [now, before] = outcomes;
  if (now === undefined || before === undefined) return '';
  const unit = scenario.unit.replace(/s$/, '');
  const row = (title: string, figure: Figure, show: (value: number | undefined) => string) => {
    const ratio = ratioOf(figure, now, before);
    return [
      title,
      show(now.median(figure)),
      show(before.median(figure)),
      ratio === undefined ? '' : times(ratio.ofAll),
      ratio === undefined ? '' : `${times(ratio.least)} to ${times(ratio.most)}`,
    ];
  };
  const vacuum = (title: string, figure: keyof Vacuum, show: (value: number | undefined) => string) => {
    const [mine, theirs] = vacuums.map((one) => one[figure]);
    return [`${title} a ${unit}`, show(mine), show(theirs), plainRatio(mine, theirs), ''];
  };
  return table(
    ['', 'now', 'before', 'now / before', 'by round'],
    [
      row(`${scenario.unit}/s`, 'ratePerSecond', (value) => (value === undefined ? '' : rate(value))),
      ...LESS_IS_BETTER.map(([figure, title, show]) =>
        row(OF_A_UNIT.some(([of]) => of === figure) ? `${title} a ${unit}` : title, figure, show),
      ),
      vacuum('CPU of vacuum', 'cpuUs', microseconds),
      vacuum('WAL of vacuum', 'walBytes', bytes),
      [
        'most memory',
        ...[now.peakMemoryMb, before.peakMemoryMb].map(megabytes),
        plainRatio(now.peakMemoryMb, before.peakMemoryMb),
        '',
      ],
      ['failed', `${now.failures}`, `${before.failures}`, '', ''],
    ],
  );
}

function shortRatio(figure: Figure, { outcomes: [now, before] }: ScenarioOutcome): string {
  const ratio = now && before && ratioOf(figure, now, before);
  return ratio === undefined ? '' : times(ratio.ofAll);
}

function plainRatio(now: number | undefined, before: number | undefined): string {
  return now === undefined || before === undefined ? '' : times(now / before);
}

function megabytes(mb: number | undefined): string {
  return mb === undefined ? 'unknown here' : `${mb.toFixed(0)} MB`;
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
