import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export const SCENARIO_GROUPS = ['hot', 'spread', 'batch', 'holds', 'held', 'growth'] as const;
export type ScenarioGroup = (typeof SCENARIO_GROUPS)[number];

const FULL_ENTRIES = 10_000_000;

export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly groups: readonly ScenarioGroup[];
  /** Spends in one request to the batch endpoint. */
  readonly items: number;
  /** Entries of the large ledger; undefined leaves it out. */
  readonly largeEntries: number | undefined;
  /** Where the results go; undefined leaves them on the terminal. */
  readonly out: string | undefined;
  readonly folder: string;
}

export const USAGE = `npm run bench -- [options]
  --rounds N     measured rounds, after one of warm-up (5)
  --seconds S    seconds of each round and contestant (4)
  --items N      spends in one batch (100)
  --only LIST    some of ${SCENARIO_GROUPS.join(',')}; then nothing is written without --out
  --full         compare with a ledger of ${FULL_ENTRIES / 1e6} million entries: some 12 GB of disk and many minutes
  --large N      the same with N entries
  --out FILE     where the results go (bench/RESULTS.md)
  --folder PATH  where the temporary data folder is made: on the disk that is to be measured (${tmpdir()})`;

/** Reads the command line. @throws with a sentence for people. */
export function readOptions(args: string[], defaultOut: string): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      items: { type: 'string', default: '100' },
      only: { type: 'string' },
      full: { type: 'boolean', default: false },
      large: { type: 'string' },
      out: { type: 'string' },
      folder: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    rounds: wholeNumber('--rounds', values.rounds, 1, 100),
    seconds: wholeNumber('--seconds', values.seconds, 1, 60),
    items: wholeNumber('--items', values.items, 1, 1_000),
    groups: values.only === undefined ? SCENARIO_GROUPS : inOrder(values.only.split(',').map(group)),
    largeEntries:
      values.large === undefined
        ? values.full
          ? FULL_ENTRIES
          : undefined
        : wholeNumber('--large', values.large, 20_000, 100_000_000),
    out: values.out ?? (values.only === undefined ? defaultOut : undefined),
    folder: values.folder,
  };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new Error(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}

function group(name: string): ScenarioGroup {
  const found = SCENARIO_GROUPS.find((known) => known === name);
  if (found === undefined) throw new Error(`--only knows ${SCENARIO_GROUPS.join(', ')}, not ${name}`);
  return found;
}

/** As listed, whatever the order in which they are asked for: open holds stay, and later scenarios would meet them. */
function inOrder(groups: readonly ScenarioGroup[]): readonly ScenarioGroup[] {
  return SCENARIO_GROUPS.filter((known) => groups.includes(known));
}
