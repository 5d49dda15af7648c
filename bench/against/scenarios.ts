import type { Contestant, Scenario } from '../contest.js';
import type { GeneratorProcess } from '../load/generator-process.js';
import type { Workload } from '../load/job.js';
import { COMPARED_GROUPS, type Options } from '../options.js';
import { overHttp } from '../scenarios/contestants.js';
import { spendBesideHolds } from '../scenarios/held.js';
import type { Side } from '../side.js';
import { HOT, SPREAD } from '../stage.js';

const CONNECTIONS = 64;
const BATCH_CONNECTIONS = 8;
/** Long enough for one unit. */
const PROBE_SECONDS = 0.001;
/** What a service answers that does not know a route, or not this way of calling it. */
const UNKNOWN = /: (404|405|501) /;

/** The scenarios that were asked for, each with both versions in turn. */
export function comparedScenarios(sides: readonly Side[], { groups, items }: Options): Scenario[] {
  const one = (id: string, title: string, unit: string, workload: Workload, connections = CONNECTIONS): Scenario => ({
    ...{ id, title, unit, note: '' },
    contestants: sides.map((side) => overHttp(side, connections, workload)),
  });
  const made: Record<(typeof COMPARED_GROUPS)[number], () => Scenario[]> = {
    hot: () => [one('hot', 'Spends on one account', 'spends', { kind: 'spend', accounts: HOT })],
    spread: () => [one('spread', 'Spends over 10,000 accounts', 'spends', { kind: 'spend', accounts: SPREAD })],
    batch: () =>
      [HOT, SPREAD].map((accounts) =>
        one(
          accounts === HOT ? 'batch-hot' : 'batch-spread',
          `Batches of ${items} spends ${accounts === HOT ? 'on one account' : 'over 10,000 accounts'}`,
          'spends',
          { kind: 'batch', accounts, items },
          BATCH_CONNECTIONS,
        ),
      ),
    holds: () =>
      [HOT, SPREAD].map((accounts) =>
        one(
          accounts === HOT ? 'holds-hot' : 'holds-spread',
          `Hold and capture ${accounts === HOT ? 'on one account' : 'over 10,000 accounts'}`,
          'pairs',
          { kind: 'hold-and-capture', accounts },
        ),
      ),
    held: () => [spendBesideHolds(sides)],
  };
  return COMPARED_GROUPS.filter((group) => groups.includes(group)).flatMap((group) => made[group]());
}

export interface Known {
  readonly known: readonly Scenario[];
  /** Titles of the scenarios that one of the versions cannot do, with the reason. */
  readonly unknown: readonly string[];
}

/** Tries one unit of each scenario on both versions, and leaves out what one of them does not know. */
export async function findKnown(scenarios: readonly Scenario[], generator: GeneratorProcess): Promise<Known> {
  const known: Scenario[] = [];
  const unknown: string[] = [];
  for (const scenario of scenarios) {
    const reasons = [];
    for (const contestant of scenario.contestants) reasons.push(await whyUnknown(scenario, contestant, generator));
    const reason = reasons.find((one) => one !== undefined);
    if (reason === undefined) known.push(scenario);
    else unknown.push(`${scenario.title}: ${reason}`);
  }
  return { known, unknown };
}

async function whyUnknown({ id }: Scenario, { job, side }: Contestant, generator: GeneratorProcess) {
  // Spends beside holds are spends like any others; it is the holds that may be unknown.
  const workload: Workload = { kind: 'hold-and-capture', accounts: SPREAD };
  const probe = id === 'held' && job.kind === 'http' ? { ...job, workload } : job;
  const { failures, acknowledged } = await generator.run({ ...probe, connections: 1, seconds: PROBE_SECONDS });
  side.books?.acknowledge(acknowledged);
  const [failure] = Object.keys(failures);
  if (failure === undefined) return undefined;
  if (!UNKNOWN.test(failure)) throw new Error(`"${side.name}" cannot be measured: ${failure}`);
  return `"${side.name}" answers ${failure}`;
}
