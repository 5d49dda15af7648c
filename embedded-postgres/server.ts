import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { portUnusable } from './claim-port.js';
import { EmbeddedPostgresError } from './errors.js';
import { type LogFile, openLog, tailOf } from './log-file.js';
import { readPostmasterPid } from './postmaster-pid.js';
import { postgresEnv } from './run.js';
import type { RunAs } from './run-as.js';

export interface Server {
  pid: number;
  /** Shuts it down and waits until it is gone. Open connections are closed; what they committed is kept. */
  stop(): Promise<void>;
  /** Resolves when the server ends without having been asked to. */
  died: Promise<Error>;
}

export interface ServerOptions {
  dataDir: string;
  port: number;
  settings: Record<string, string>;
}

/** Long, since a server that was cut off replays its log before it answers. */
const START_TIMEOUT_MS = 120_000;
const FAST_SHUTDOWN_MS = 10_000;
const POLL_MS = 10;

/** The backends of a server that was killed hold its memory for a moment longer; worth another try. */
export class StillInUse extends EmbeddedPostgresError {}

/** Starts the server as a child of this process and waits until it takes connections. */
export async function startServer(binaries: Binaries, runAs: RunAs, options: ServerOptions): Promise<Server> {
  const { dataDir, port, settings } = options;
  const log = openLog(dataDir);
  try {
    const all = { ...settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    const set = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const { file, args, uid, gid } = runAs.command(binaries.postgres, ['-D', dataDir, ...set]);
    const child = spawn(file, args, {
      ...{ uid, gid, cwd: '/', env: postgresEnv, stdio: ['ignore', log.descriptor, log.descriptor] },
      // A session of its own: Ctrl-C in a terminal goes to every process of the group, and the app closes first.
      detached: true,
    });
    const exit = exitOf(child);
    await untilReady(child, exit, options, log);
    return supervise(child, exit, log);
  } finally {
    log.close();
  }
}

/** How a child ended, in words. */
function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

async function untilReady(child: ChildProcess, exit: Promise<string>, options: ServerOptions, log: LogFile) {
  let ended: string | undefined;
  exit.then((how) => {
    ended = how;
  });
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (ended !== undefined) throw startFailed(options, log, ended);
    const written = await readPostmasterPid(options.dataDir);
    if (written?.pid === child.pid && written?.status === 'ready') return;
  }
  child.kill('SIGQUIT');
  throw startFailed(options, log, `no answer in ${START_TIMEOUT_MS / 1_000} s`);
}

function startFailed({ dataDir, port }: ServerOptions, log: LogFile, how: string): EmbeddedPostgresError {
  const output = log.sinceOpened();
  if (/could not bind .*: Address already in use/.test(output)) return portUnusable(port, 'EADDRINUSE');
  const words =
    `The embedded Postgres on ${dataDir} did not start (${how}). ` + `Its log, ${log.path}, ends:\n${tailOf(output)}`;
  return /shared memory block .* is still in use/.test(output)
    ? new StillInUse(words)
    : new EmbeddedPostgresError(words);
}

function supervise(child: ChildProcess, exit: Promise<string>, log: LogFile): Server {
  let stopping: Promise<void> | undefined;
  // A process that ends without stop() takes its server with it, as long as it gets to run anything at all.
  const stopAtExit = () => child.kill('SIGINT');
  process.once('exit', stopAtExit);
  const died = new Promise<Error>((resolve) => {
    exit.then((how) => {
      process.removeListener('exit', stopAtExit);
      if (stopping !== undefined) return;
      resolve(
        new EmbeddedPostgresError(
          `The embedded Postgres ended by itself (${how}). Its log, ${log.path}, ends:\n${tailOf(log.sinceOpened())}`,
        ),
      );
    });
  });
  child.unref();
  return {
    pid: child.pid as number,
    died,
    stop: () => {
      stopping ??= shutDown(child, exit);
      return stopping;
    },
  };
}

async function shutDown(child: ChildProcess, exit: Promise<string>): Promise<void> {
  // Waiting for it is work again that keeps this process alive.
  child.ref();
  child.kill('SIGINT');
  const patience = new AbortController();
  const tooSlow = sleep(FAST_SHUTDOWN_MS, 'too slow', { signal: patience.signal }).catch(() => undefined);
  if ((await Promise.race([exit, tooSlow])) === 'too slow') child.kill('SIGQUIT');
  await exit;
  patience.abort();
}
