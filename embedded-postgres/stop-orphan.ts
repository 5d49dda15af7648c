import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './errors.js';
import { isAlive, postmasterPidPath, readPostmasterPid, servesFolder } from './postmaster-pid.js';

const FAST_SHUTDOWN_MS = 3_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
const POLL_MS = 20;

/**
 * Ends what an earlier process left on a data folder: its server, which outlives a `kill -9`, or a pid file whose
 * number now belongs to another program, at which Postgres would refuse to start. The caller holds the lock of the
 * folder, so nobody who is alive uses that server. It is stopped rather than taken over, so that every server runs with
 * the settings of the process that uses it, and as its child.
 */
export async function stopOrphan(dataDir: string): Promise<void> {
  const left = await readPostmasterPid(dataDir);
  if (left === undefined) return;
  if (await servesFolder(left.pid, dataDir)) {
    if (await stopWith('SIGINT', left.pid, dataDir, FAST_SHUTDOWN_MS)) return;
    // Without a last checkpoint; the next start replays the log, and nothing committed is lost.
    if (await stopWith('SIGQUIT', left.pid, dataDir, IMMEDIATE_SHUTDOWN_MS)) return;
    throw new EmbeddedPostgresError(
      `An earlier run left Postgres (process ${left.pid}) on ${dataDir}, and it does not stop. Stop it by hand.`,
    );
  }
  // The file of a dead process is left to Postgres, which also looks for backends that outlived it.
  if (isAlive(left.pid)) await rm(postmasterPidPath(dataDir), { force: true });
}

async function stopWith(signal: NodeJS.Signals, pid: number, dataDir: string, timeoutMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself, which the loop sees.
  }
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(POLL_MS)) {
    if (!(await servesFolder(pid, dataDir))) return true;
  }
  return false;
}
