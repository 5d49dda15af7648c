import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runBenchmark } from './benchmark.js';
import { type Options, readOptions, USAGE } from './options.js';
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
  const bench = await Workbench.open(options.folder);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void bench.close().finally(() => process.exit(1)));
  try {
    const report = await runBenchmark(bench, options, ['npm run bench --', ...process.argv.slice(2)].join(' '));
    const text = writeReport(report);
    console.log(`\n${text}`);
    if (report.results.some(({ outcomes }) => outcomes.some(({ failures }) => failures > 0)))
      throw new Error('Some requests failed; see the lines with !! above.');
    if (options.out !== undefined) await writeFile(options.out, text);
  } finally {
    await bench.close();
  }
}
