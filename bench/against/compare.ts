import { type Contestant, type Outcome, runScenario } from '../contest.js';
import { describeMachine, measureGenerator } from '../machine.js';
import type { Options } from '../options.js';
import type { Comparison, Vacuum, VersionsOutcome } from '../report/comparison.js';
import { Progress } from '../report/progress.js';
import type { Workbench } from '../workbench.js';
import { ownProof } from './own-proof.js';
import { comparedScenarios, findKnown } from './scenarios.js';
import { stageVersion, type VersionSide } from './stage-version.js';
import type { Version } from './versions.js';

/**
 * Neither comes in the middle of a turn. A checkpoint would make one version write whole pages that the other has written
 * already, and autovacuum writes WAL of one version in the turn of the other; both are many times what a turn writes.
 */
export const COMPARISON_SETTINGS = { max_wal_size: '16GB', checkpoint_timeout: '1d', autovacuum: 'off' };

export interface Versions {
  readonly now: Version;
  readonly before: Version;
}

/** Measures two versions in turns, each on a database of its own in one Postgres, and proves the books of both. */
export async function compareVersions(
  bench: Workbench,
  versions: Versions,
  options: Options,
  command: string,
): Promise<Comparison> {
  const machine = await describeMachine(bench);
  const generator = await measureGenerator(bench);
  const sides: VersionSide[] = [];
  for (const version of [versions.now, versions.before]) {
    console.log(`Opening accounts in "${version.name}", ${version.description} …`);
    sides.push(await stageVersion(bench, version));
  }
  const { known, unknown } = await findKnown(comparedScenarios(sides, options), bench.generator);
  for (const reason of unknown) console.log(`Left out: ${reason}`);

  const progress = new Progress(known, options.rounds);
  const measure = ({ job, side }: Contestant) =>
    bench.meter.measure(side, () => bench.generator.run({ ...job, seconds: options.seconds }));
  await bench.ask('checkpoint');
  const results: VersionsOutcome[] = [];
  for (const scenario of known) {
    bench.meter.begin();
    const result = await runScenario(scenario, options.rounds, measure, (turn) => progress.show(turn));
    const vacuums = [];
    for (const outcome of result.outcomes) vacuums.push(await vacuumAfter(bench, outcome));
    results.push({ ...result, vacuums });
  }

  const [now, before] = sides;
  return {
    command,
    now: versions.now.description,
    before: versions.before.description,
    ...{ machine, generator, results, rounds: options.rounds, seconds: options.seconds },
    leftOut: unknown,
    memory: { now: await now?.service?.peakMemoryMb(), before: await before?.service?.peakMemoryMb() },
    proofs: await proveBooks(sides),
  };
}

/** What autovacuum would have done meanwhile, by unit of the scenario that is over. */
async function vacuumAfter(bench: Workbench, { contestant: { side }, unitsInAll }: Outcome): Promise<Vacuum> {
  const { url } = side;
  if (url === undefined || unitsInAll === 0) return {};
  const { usage } = await bench.meter.measure(side, () =>
    bench.withClient(url, (client) => client.query('vacuum analyze')),
  );
  const ofUnit = (amount: number | undefined) => (amount === undefined ? undefined : amount / unitsInAll);
  return { cpuUs: ofUnit(usage.postgresCpuMs && usage.postgresCpuMs * 1_000), walBytes: ofUnit(usage.walBytes) };
}

/** @throws when the books of a version do not agree with what was acknowledged, or break one of its own rules. */
async function proveBooks(sides: readonly VersionSide[]): Promise<string[]> {
  const proofs: string[] = [];
  for (const side of sides) {
    console.log(`Proving the books of "${side.name}" …`);
    side.books.proveBalances(await side.readBalances());
    proofs.push(
      `${side.name}: every balance is what it was less the ${side.books.total.toLocaleString('en')} acknowledged ` +
        `spends. ${await ownProof(side)}`,
    );
  }
  return proofs;
}
