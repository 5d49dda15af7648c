import { EmbeddedPostgresError } from '@scrip/embedded-postgres';
import { banner } from './command/banner.js';
import { type Options, readOptions, USAGE, UsageError } from './command/options.js';
import { type Alone, startAlone } from './command/start-alone.js';
import { type LogLine, reasonOf } from './log.js';

/** Ctrl-C reaches the process twice under npm: only a signal that comes later than this means "at once". */
const SECOND_SIGNAL_AFTER_MS = 2_000;

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(USAGE);
  else await run(options);
} catch (error) {
  if (error instanceof UsageError) fail(`${error.message}\n\n${USAGE.trimEnd()}`);
  else fail(`The sandbox cannot start. ${wordsFor(error)}`);
}

async function run(options: Options): Promise<void> {
  const alone = await startAlone(options, report);
  const stop = stopOnce(alone);
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  void alone.died.then((error) => fail(`The sandbox stops. ${wordsFor(error)}`));
  process.stdout.write(banner(alone, options));
}

/** Only what somebody should know of: a webhook that was not taken, a job that failed. */
function report({ level, message }: LogLine): void {
  if (level !== 'info') process.stderr.write(`${level}: ${message}\n`);
}

/** Ends cleanly when called first; called again later, ends the process at once. */
function stopOnce(alone: Alone): () => void {
  let stoppingSince: number | undefined;
  return () => {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > SECOND_SIGNAL_AFTER_MS) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    alone.close().then(
      () => process.exit(0),
      (error: unknown) => fail(`The sandbox did not stop cleanly. ${wordsFor(error)}`),
    );
  };
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Where a person can do something about it the message says what; else the rest is for whoever looks for the cause. */
function wordsFor(error: unknown): string {
  if (error instanceof EmbeddedPostgresError || !(error instanceof Error)) return reasonOf(error);
  return process.env.DEBUG ? (error.stack ?? error.message) : error.message;
}
