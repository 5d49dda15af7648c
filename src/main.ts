import 'reflect-metadata';
import { banner } from './banner.js';
import { ConfigError, loadConfig } from './config/config.js';
import { EmbeddedPostgresError } from './database/embedded-postgres.js';
import { type RunningScrip, startScrip } from './start.js';

/** Ctrl-C reaches the process twice under npm: only a signal that comes later than this means "at once". */
const SECOND_SIGNAL_AFTER_MS = 2_000;

try {
  const config = loadConfig(process.env);
  const scrip = await startScrip(config);
  stopOnSignals(scrip);
  exitWhenDead(scrip);
  process.stdout.write(banner(scrip));
} catch (error) {
  process.stderr.write(`\nScrip cannot start. ${explain(error)}\n\n`);
  process.exit(1);
}

function stopOnSignals(scrip: RunningScrip): void {
  let stoppingSince: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > SECOND_SIGNAL_AFTER_MS) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    process.stdout.write(`\nStopping (${signal}): finishing what is in flight.\n`);
    scrip.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Scrip did not stop cleanly. ${explain(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

function exitWhenDead(scrip: RunningScrip): void {
  void scrip.died.then((error) => {
    process.stderr.write(`\nScrip stops. ${explain(error)}\n`);
    process.exit(1);
  });
}

/** A sentence for people where the error is one that they can mend, the whole error otherwise. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedPostgresError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
