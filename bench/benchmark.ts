import { proveScripBooks } from './books.js';
import { type Contestant, runScenario, type Scenario, type ScenarioOutcome } from './contest.js';
import { HOT_ACCOUNT } from './load/job.js';
import { describeMachine, measureGenerator } from './machine.js';
import type { Options, ScenarioGroup } from './options.js';
import { Progress } from './report/progress.js';
import type { Report } from './report/report.js';
import { judgeTargets } from './report/targets.js';
import { batchOnOneAccount, batchOverManyAccounts } from './scenarios/batch.js';
import { usageEvents } from './scenarios/events.js';
import { accountsOfFairness, spendBesideHeavyAccounts } from './scenarios/fairness.js';
import { accountsWithHistory, growth, type Ledger, SMALL_ENTRIES } from './scenarios/growth.js';
import { spendBesideHolds } from './scenarios/held.js';
import { holdsAndCaptures } from './scenarios/holds.js';
import { accountsToFollow, reports, stageUsage } from './scenarios/reports.js';
import type { Sides } from './scenarios/sides.js';
import { spendOnOneAccount, spendOverManyAccounts } from './scenarios/spends.js';
import { spendsByMeter } from './scenarios/usage.js';
import type { Side } from './side.js';
import { stageClassicFunction, stageClassicService, stageNothing, stageScrip, unspentAccounts } from './stage.js';
import type { Workbench } from './workbench.js';

/** Beyond it, the proof of a whole ledger takes longer than what was measured on it. */
const PROVEN_ENTRIES = 6_000_000;

/** What has a database of its own. */
const WITH_THEIR_OWN: readonly ScenarioGroup[] = ['growth', 'fairness', 'reports'];

/** Sets the stage, measures every scenario that was asked for, and proves the books of all sides. */
export async function runBenchmark(bench: Workbench, options: Options, command: string): Promise<Report> {
  const machine = await describeMachine(bench);
  for (const [name, value] of machine) console.log(`${name.padEnd(18)} ${value}`);
  const generator = await measureGenerator(bench);
  console.log(`${'Load generator'.padEnd(18)} ${generator}\n`);

  const sides = await stageSides(bench, options);
  const ledgers = options.groups.includes('growth') ? await stageLedgers(bench, options) : [];
  const fair = options.groups.includes('fairness')
    ? await stageScrip(bench, 'fairness', accountsOfFairness())
    : undefined;
  const reporting = options.groups.includes('reports')
    ? await stageScrip(bench, 'reports', accountsToFollow())
    : undefined;
  const scenarios = [
    ...choose(options, sides, ledgers),
    ...(fair === undefined ? [] : [spendBesideHeavyAccounts(fair, bench)]),
    ...(reporting === undefined ? [] : [reports(reporting, await stageUsage(reporting, bench))]),
  ];
  const progress = new Progress(scenarios, options.rounds);
  const measure = ({ job, side }: Contestant) =>
    bench.meter.measure(side, () => bench.generator.run({ ...job, seconds: options.seconds }));
  const results: ScenarioOutcome[] = [];
  for (const scenario of scenarios) {
    bench.meter.begin();
    results.push(await runScenario(scenario, options.rounds, measure, (turn) => progress.show(turn)));
  }

  const staged = [
    ...(sides === undefined ? [] : [sides.scrip, sides.classic, sides.sqlFunction]),
    ...ledgers.map((l) => l.side),
    ...(fair === undefined ? [] : [fair]),
  ];
  // Sums that were made by SQL have no entries that would prove them.
  const measured = [...staged, ...(reporting === undefined ? [] : [reporting])];
  const memory = await Promise.all(
    measured.flatMap(({ description, service }) =>
      service === undefined ? [] : [service.peakMemoryMb().then((peakMb) => ({ name: description, peakMb }))],
    ),
  );
  const scripPeaks = await Promise.all(
    measured.filter(({ name }) => name === 'Scrip').map((side) => side.service?.peakMemoryMb()),
  );
  const known = scripPeaks.filter((peakMb) => peakMb !== undefined);
  return {
    command,
    machine,
    rounds: options.rounds,
    seconds: options.seconds,
    generator,
    results,
    memory,
    targets: judgeTargets(results, known.length === 0 ? undefined : Math.max(...known)),
    proofs: await proveBooks(bench, staged),
  };
}

/** The designs that are compared, unless only what has a database of its own was asked for. */
async function stageSides(bench: Workbench, { groups }: Options): Promise<Sides | undefined> {
  if (groups.every((group) => WITH_THEIR_OWN.includes(group))) return undefined;
  return {
    scrip: await stageScrip(bench, 'scrip', unspentAccounts()),
    classic: await stageClassicService(bench),
    sqlFunction: await stageClassicFunction(bench),
    nothing: await stageNothing(bench),
  };
}

async function stageLedgers(bench: Workbench, { largeEntries }: Options): Promise<Ledger[]> {
  const ledgers: Ledger[] = [];
  for (const entries of [SMALL_ENTRIES, ...(largeEntries === undefined ? [] : [largeEntries])]) {
    const from = performance.now();
    console.log(`Making a ledger of ${entries.toLocaleString('en')} entries …`);
    const side = await stageScrip(bench, `growth_${entries}`, accountsWithHistory(entries));
    console.log(
      `  done in ${((performance.now() - from) / 1_000).toFixed(0)} s (account "${HOT_ACCOUNT}" has a tenth of them)`,
    );
    ledgers.push({ side, entries });
  }
  return ledgers;
}

function choose({ groups, items }: Options, sides: Sides | undefined, ledgers: readonly Ledger[]): Scenario[] {
  const made: Record<ScenarioGroup, (sides: Sides) => Scenario[]> = {
    hot: (all) => [spendOnOneAccount(all)],
    spread: (all) => [spendOverManyAccounts(all)],
    batch: (all) => [batchOnOneAccount(all, items), batchOverManyAccounts(all, items)],
    holds: holdsAndCaptures,
    held: ({ scrip }) => [spendBesideHolds([scrip])],
    fairness: () => [],
    reports: () => [],
    usage: spendsByMeter,
    events: usageEvents,
    growth: () => [],
  };
  const compared = sides === undefined ? [] : groups.flatMap((group) => made[group](sides));
  return ledgers.length === 0 ? compared : [...compared, ...growth(ledgers)];
}

/** @throws when the books of a side do not agree with what was acknowledged. */
async function proveBooks(bench: Workbench, staged: readonly Side[]): Promise<string[]> {
  const proofs: string[] = [];
  for (const { name, description, url, books } of staged) {
    if (books === undefined || url === undefined) continue;
    console.log(`Proving the books of ${description} …`);
    proofs.push(
      await bench.withClient(url, async (client) => {
        await books.prove(client);
        const proof =
          `${description}: every balance is what it was less the ${books.total.toLocaleString('en')} acknowledged ` +
          'spends, and agrees with its entries.';
        if (name !== 'Scrip') return proof;
        const [{ count }] = (await client.query('select count(*)::int from entries')).rows;
        if (count > PROVEN_ENTRIES) return `${proof} Its own proof is left out for so many entries.`;
        return (
          `${proof} Its own proof finds no broken rule in ${(await proveScripBooks(client)).toLocaleString('en')} ` +
          'entries, hashes included.'
        );
      }),
    );
  }
  return proofs;
}
