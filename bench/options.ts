import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export const SCENARIO_GROUPS = [
  'hot',
  'spread',
  'batch',
  'holds',
  'held',
  'usage',
  'events',
  'fairness',
  'reports',
  'growth',
] as const;
export type ScenarioGroup = (typeof SCENARIO_GROUPS)[number];

/** What can be asked of any version: the others need rows that only this version's tables can be filled with. */
export const COMPARED_GROUPS = ['hot', 'spread', 'batch', 'holds', 'held'] as const satisfies ScenarioGroup[];

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
  /** The version of Scrip that this one is compared with, as git names it; undefined compares designs. */
  readonly against: string | undefined;
}

export const USAGE = `npm run bench -- [options]
  --rounds N     measured rounds, after one of warm-up (5)
  --seconds S    seconds of each round and contestant (4)
  --items N      spends in one batch (100)
  --only LIST    some of ${SCENARIO_GROUPS.join(',')}; then nothing is written without --out
  --full         compare with a ledger of ${FULL_ENTRIES / 1e6} million entries: some 12 GB of disk and many minutes
  --large N      the same with N entries
  --out FILE     where the results go (bench/RESULTS.md)
  --folder PATH  where the temporary data folder is made: on the disk that is to be measured (${tmpdir()})
  --against REF  compare with the version that git knows by this name (a commit, tag or branch), and with nothing
                 else; then nothing is written without --out`;

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
      against: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const groups = values.only === undefined ? undefined : inOrder(values.only.split(',').map(group));
  if (values.against !== undefined) {
    if (values.against === '') throw new Error('--against needs the name of a version: a commit, a tag or a branch');
    const compared: readonly string[] = COMPARED_GROUPS;
    const others = (groups ?? []).filter((name) => !compared.includes(name));
    if (values.full || values.large !== undefined) others.push('growth');
    if (others.length > 0) throw new Error(`--against knows ${COMPARED_GROUPS.join(', ')}, and no ${others[0]}`);
  }
  const writesByItself = values.only === undefined && values.against === undefined;
  return {
    rounds: wholeNumber('--rounds', values.rounds, 1, 100),
    seconds: wholeNumber('--seconds', values.seconds, 1, 60),
    items: wholeNumber('--items', values.items, 1, 1_000),
    groups: groups ?? (values.against === undefined ? SCENARIO_GROUPS : COMPARED_GROUPS),
    largeEntries:
      values.large === undefined
        ? values.full
          ? FULL_ENTRIES
          : undefined
        : wholeNumber('--large', values.large, 20_000, 100_000_000),
    out: values.out ?? (writesByItself ? defaultOut : undefined),
    folder: values.folder,
    against: values.against,
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
