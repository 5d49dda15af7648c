import { existsSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { explain } from './errors.js';
import { instantOf } from './instant.js';

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
  .command('distribute')
  .description('spreads the books over the workers of Citus, by account')
  .option('--shards <number>', 'how many shards there will be, 1 to 512; two for each worker when absent', shardsOf)
  .option('--with-data', 'moves books that are there already, while no process of the service runs', false)
  .action(async (wishes) => exitWith(await (await import('./distribute.js')).distributeBooks(wishes)));

program
  .command('verify-statement <file>')
  .description('checks the chain of a statement (JSON) with nothing but the file')
  .action(async (file) => exitWith(await (await import('./verify-statement.js')).verify(file)));

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

function explanationOf(error: unknown): string {
  if (!(error instanceof CommanderError)) return `\n${process.argv[2]} could not finish. ${explain(error)}\n`;
  const usage = program.helpInformation();
  return error.code === 'commander.help' ? usage : `${error.message}\n\n${usage}`;
}
