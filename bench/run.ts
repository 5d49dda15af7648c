import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { COMPARISON_SETTINGS, compareVersions, type Versions } from './against/compare.js';
import { versionOfCheckout, versionOfRef } from './against/versions.js';
import { runBenchmark } from './benchmark.js';
import { type Options, readOptions, USAGE } from './options.js';
import { writeComparison } from './report/comparison.js';
import { writeReport } from './report/report.js';
import { Workbench } from './workbench.js';

// The program behind `npm run bench`. Ends with 1 when something failed or a credit is missing.

const project = resolve(import.meta.dirname, '..', '..');

try {
  const options = readOptions(process.argv.slice(2), join(project, 'bench', 'RESULTS.md'));
  if (options === 'help') console.log(USAGE);
  else await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  // Before anything is started, since it takes long the first time and fails for many reasons.
  const versions = options.against === undefined ? undefined : await findVersions(options.against);
  const bench = await Workbench.open(options.folder, versions && COMPARISON_SETTINGS);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void bench.close().finally(() => process.exit(1)));
  try {
    const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
    const { text, results } =
      versions === undefined
        ? await measureDesigns(bench, options, command)
        : await measureVersions(bench, versions, options, command);
    console.log(`\n${text}`);
    if (results.some(({ outcomes }) => outcomes.some(({ failures }) => failures > 0)))
      throw new Error('Some requests failed; see the lines with !! above.');
    if (options.out !== undefined) await writeFile(options.out, text);
  } finally {
    await bench.close();
  }
}

async function findVersions(ref: string): Promise<Versions> {
  const before = await versionOfRef(project, ref);
  return { now: await versionOfCheckout(project), before };
}

async function measureDesigns(bench: Workbench, options: Options, command: string) {
  const report = await runBenchmark(bench, options, command);
  return { text: writeReport(report), results: report.results };
}

async function measureVersions(bench: Workbench, versions: Versions, options: Options, command: string) {
  const comparison = await compareVersions(bench, versions, options, command);
  return { text: writeComparison(comparison), results: comparison.results };
}
