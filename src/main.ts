import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { banner } from './app/banner.js';
import { explain } from './app/explain.js';
import { type RunningScrip, startScrip } from './app/start.js';
import { exitWhenUnexpected } from './app/unexpected.js';
import { loadConfig, sentenceFor } from './config/config.js';
import { misspelt } from './config/misspelt.js';

/** Ctrl-C reaches the process twice under npm: only a signal that comes later than this means "at once". */
const SECOND_SIGNAL_AFTER_MS = 2_000;
const PARENT_CHECK_EVERY_MS = 500;

try {
  // What the environment has already wins over the file.
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = loadConfig(process.env);
  for (const { name, meant } of misspelt(process.env)) process.stderr.write(`${sentenceFor(name, meant)}.\n`);
  const scrip = await startScrip(config);
  exitWhenUnexpected(scrip);
  const stop = stopOnce(scrip);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  if (process.env.npm_lifecycle_event === 'start') stopWithParent(stop);
  exitWhenDead(scrip);
  process.stdout.write(banner(scrip));
} catch (error) {
  process.stderr.write(`Scrip cannot start. ${explain(error)}\n`);
  process.exit(1);
}

/** Stops cleanly when called first; called again later, ends the process at once. */
function stopOnce(scrip: RunningScrip): (reason: string) => void {
  let stoppingSince: number | undefined;
  return (reason) => {
    if (stoppingSince !== undefined) {
      if (Date.now() - stoppingSince > SECOND_SIGNAL_AFTER_MS) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    process.stdout.write(`\nStopping (${reason}): finishing what is in flight.\n`);
    scrip.close().then(
      () => {
        process.stdout.write('Stopped.\n');
        process.exit(0);
      },
      (error: unknown) => {
        process.stderr.write(`Scrip did not stop cleanly. ${explain(error)}\n`);
        process.exit(1);
      },
    );
  };
}

/** npm that is killed passes no signal on: nobody would be left to stop the service. */
function stopWithParent(stop: (reason: string) => void): void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    stop('npm has ended');
  }, PARENT_CHECK_EVERY_MS).unref();
}

function exitWhenDead(scrip: RunningScrip): void {
  void scrip.died.then((error) => {
    process.stderr.write(`\nScrip stops. ${explain(error)}\n`);
    process.exit(1);
  });
}
