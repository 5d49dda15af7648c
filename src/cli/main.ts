import { existsSync } from 'node:fs';
import { explain, UsageError } from './errors.js';

const USAGE = `Usage: npm run scrip -- <command>

  reconcile [--from TIME] [--to TIME] [--repair]
                          compares the books with Stripe over a window, the last 30 days up to now when none is given;
                          --repair puts right what it finds, otherwise nothing is changed
  key                     tells the secret key that the service began with
  check-books             proves the whole ledger
  verify-statement FILE   checks the chain of a statement (JSON) with nothing but the file

They use the service's own configuration, and start nothing. On a terminal they show how far they are, piped they print
JSON. The exit code is 0 when all is well, 1 when something was found and not repaired, 2 when they could not finish.
`;

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  reconcile: async (args) => (await import('./reconcile.js')).reconcile(args),
  key: async () => (await import('./key.js')).tellKey(),
  'check-books': async (args) => (await import('./check-books.js')).checkTheBooks(args),
  'verify-statement': async (args) => (await import('./verify-statement.js')).verify(args),
};

const [name, ...args] = process.argv.slice(2);
const command = name === undefined ? undefined : COMMANDS[name];
if (name === '--help') process.stdout.write(USAGE);
else await run();

async function run(): Promise<void> {
  try {
    if (command === undefined) throw new UsageError(name === undefined ? '' : `There is no command ${name}.`);
    // What the environment has already wins over the file.
    if (existsSync('.env')) process.loadEnvFile('.env');
    process.exitCode = await command(args);
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(explanationOf(error));
  }
}

function explanationOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message === '' ? '' : `${error.message}\n\n`}${USAGE}`;
  return `\n${name} could not finish. ${explain(error)}\n`;
}
