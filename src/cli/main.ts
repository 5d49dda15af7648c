import { existsSync } from 'node:fs';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { instantOf } from '../http/input/instant.js';
import { EXPORTED } from '../moving/export/exported.js';
import { FORMATS } from '../moving/files/formats.js';
import { exactly } from '../rating/import/decimal.js';
import type { Ratio } from '../rating/pricing/ratio.js';
import { explain } from './errors.js';

const ABOUT = `
They use the service's own configuration, and start nothing. On a terminal they show how far they are, piped they print
JSON. The exit code is 0 when all is well, 1 when something was found and not repaired, 2 when they could not finish.`;
const MOST_SHARDS = 512;
const TIME = 'a day, such as 2026-01-31, or an RFC 3339 time, of the years 1970 to 9999';

const program = new Command('npm run scrip --')
  .usage('<command>')
  .helpCommand(false)
  .addHelpText('after', ABOUT)
  // What is wrong is said together with the usage of all commands, below.
  .configureOutput({ writeErr: () => undefined })
  .exitOverride()
  .hook('preAction', () => {
    // What the environment has already wins over the file.
    if (existsSync('.env')) process.loadEnvFile('.env');
  });

program
  .command('reconcile')
  .description('compares the books with Stripe over a window')
  .option('--from <time>', `where the window begins: ${TIME}; 30 days before its end when absent`, timeOf)
  .option('--to <time>', `where the window ends: ${TIME}; now when absent`, timeOf)
  .option('--repair', 'puts right what it finds; otherwise nothing is changed', false)
  .action(async (wishes) => exitWith(await (await import('./reconcile.js')).reconcile(wishes)));

program
  .command('key')
  .description('tells the secret key that the service began with')
  .action(async () => exitWith(await (await import('./key.js')).tellKey()));

program
  .command('check-books')
  .description('proves the whole ledger')
  .action(async () => exitWith(await (await import('./check-books.js')).checkTheBooks()));

program
  .command('derive-reports')
  .description('derives anew from the ledger what reports are made of; goes on with what was begun')
  .action(async () => exitWith(await (await import('./derive-reports.js')).deriveReports()));

program
  .command('distribute')
  .description('spreads the books over the workers of Citus, by account')
  .option('--shards <number>', 'how many shards there will be, 1 to 512; two for each worker when absent', shardsOf)
  .option('--with-data', 'moves books that are there already, while no process of the service runs', false)
  .action(async (wishes) => exitWith(await (await import('./distribute.js')).distributeBooks(wishes)));

program
  .command('verify-statement <file>')
  .description('checks the chain of a statement (JSON) with nothing but the file')
  .action(async (file) => exitWith(await (await import('./verify-statement.js')).verify(file)));

program
  .command('import-prices <file>')
  .description("makes a version of a rate card of the prices of tokens in a file as LiteLLM's price map")
  .option('--meter <key>', 'the meter that they are of; its rate card has the dimensions model and kind', 'tokens')
  .addOption(decimalOption('--markup <percent>', 'what is added to each price', '0'))
  .addOption(decimalOption('--credits-per-dollar <credits>', 'how many credits a dollar is', '1'))
  .option('--dry-run', 'shows what would change, and writes nothing', false)
  .action(async (file, wishes) => exitWith(await (await import('./import-prices.js')).importPrices(file, wishes)));

program
  .command('export')
  .description('writes all accounts, entries, orders or spends of a span as a table or as JSON, an object a line')
  .addArgument(new Argument('<what>', 'what is written').choices(EXPORTED))
  .option('--from <time>', `what was made or recorded then or later: ${TIME}; from the first on when absent`, timeOf)
  .option('--to <time>', `what was made or recorded before: ${TIME}; now when absent`, timeOf)
  .addOption(new Option('--format <format>', 'how it is written').choices(FORMATS).default('csv'))
  .option('--out <file>', 'where it is written, whole or not at all; to standard output when absent')
  .action(async (what, wishes) => exitWith(await (await import('./export.js')).exportAll(what, wishes)));

program
  .command('drift <file>')
  .description('compares balances that are kept elsewhere, in a table with the column accountId, with the ledger')
  .option('--column <name>', 'the column of the balances', 'balance')
  .option(
    '--report <file>',
    'where each that is not equal is written, as JSON if it ends with .ndjson; next to the file',
  )
  .action(async (file, wishes) => exitWith(await (await import('./drift.js')).compareWithFile(file, wishes)));

program
  .command('import <file>')
  .description('imports accounts, their credits, and what Stripe has of them from a table; says first what it would do')
  .option('--apply', 'imports it; otherwise nothing is changed', false)
  .option('--name <name>', 'by which it is known when it is imported again; the name of the file when absent')
  .option('--repeat', 'imports lines as well that were imported with a file of another name', false)
  .option('--report <file>', 'where it is said of each line, as JSON if it ends with .ndjson; next to the file')
  .action(async (file, wishes) => exitWith(await (await import('./import.js')).importAccounts(file, wishes)));

await run();

async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    exitWith(2);
    process.stderr.write(explanationOf(error));
  }
}

function exitWith(code: number): void {
  process.exitCode = code;
}

function timeOf(text: string): Date {
  const instant = instantOf(text);
  if (instant === undefined) throw new InvalidArgumentError(`It must be ${TIME}.`);
  return instant;
}

function shardsOf(text: string): number {
  const shards = Number(text);
  if (!/^\d+$/.test(text) || shards < 1 || shards > MOST_SHARDS)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_SHARDS}.`);
  return shards;
}

function decimalOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description).argParser(decimalOf).default(decimalOf(byDefault), byDefault);
}

/** A number without a sign, such as 12 or 0.5. */
function decimalOf(text: string): Ratio {
  const number = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? exactly(text) : undefined;
  if (number === undefined) throw new InvalidArgumentError('It must be a number of 0 or more, such as 20 or 0.5.');
  return number;
}

function explanationOf(error: unknown): string {
  if (!(error instanceof CommanderError)) return `\n${process.argv[2]} could not finish. ${explain(error)}\n`;
  const usage = program.helpInformation();
  return error.code === 'commander.help' ? usage : `${error.message}\n\n${usage}`;
}
