import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError, useOwnPostgres } from './errors.js';
import { tailOf } from './log-file.js';
import { run } from './run.js';
import { type RunAs, type User, waysToRun } from './run-as.js';

export interface Chosen {
  runAs: RunAs;
  /** The major version of the installed Postgres, for example `18`. */
  majorVersion: string;
}

/**
 * Finds the first way that works on this machine, by trying: whether a user may enter a folder depends on modes, access
 * lists, capabilities and what the container allows.
 */
export async function chooseRunAs(binaries: Binaries, dataDir: string): Promise<Chosen> {
  const failures: string[] = [];
  const ways = await waysToRun(dataDir);
  for (const runAs of ways) {
    const { exitCode, output } = await tryOut(runAs, binaries, dataDir);
    const majorVersion = /^VERSION=(\d+)/m.exec(output)?.[1];
    if (exitCode === 0 && majorVersion !== undefined) return { runAs, majorVersion };
    failures.push(tailOf(output));
  }
  const user = ways.find((way) => way.user !== undefined)?.user;
  const blocked = user && ((await closedFolder(dataDir, user)) ?? (await closedFolder(binaries.initdb, user)));
  if (blocked !== undefined) throw closedTo(blocked, user as User);
  throw new EmbeddedPostgresError(
    `The Postgres of ${binaries.packageName} does not run here: ${failures.at(0) ?? 'no user to run it as'}\n` +
      `${hintFor(failures.at(0) ?? '')}${useOwnPostgres.replace(/^or set/, 'Set')}.`,
  );
}

/** Lets initdb show its settings: it then looks up its user and finds its programs, and has done nothing yet. */
async function tryOut(runAs: RunAs, binaries: Binaries, dataDir: string) {
  const folder = await mkdtemp(`${dataDir}.probe-`);
  try {
    await chown(folder, runAs.owner.uid, runAs.owner.gid);
    // The folder is written to by a shell, since initdb would only do so in earnest.
    const script = ': > "$1/probe" && exec "$0" --show -D "$1"';
    return await run(runAs.command('/bin/sh', ['-c', script, binaries.initdb, folder]));
  } catch (error) {
    return { exitCode: null, output: String(error) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The topmost folder above a path that a user may not enter, going by its mode. */
async function closedFolder(path: string, user: User): Promise<string | undefined> {
  const above: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) above.unshift(folder);
  for (const folder of above) {
    const { mode, uid, gid } = await stat(folder);
    const mayEnter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & mayEnter) === 0) return folder;
  }
  return undefined;
}

function closedTo(folder: string, user: User): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `Postgres refuses to run as root, so Scrip runs it as the user "${user.name}", who may not enter ${folder}; ` +
      'this machine allows none of the ways around that (setpriv, unshare). Move the checkout to a folder that every ' +
      'user may enter, for example below /opt, set SCRIP_DATA_DIR to one if only the data are below it, run Scrip as ' +
      `an ordinary user, ${useOwnPostgres}.`,
  );
}

function hintFor(output: string): string {
  if (/ENOENT|not found/i.test(output) && process.platform === 'linux') {
    return 'Its programs need a Linux with glibc, which Alpine, for one, is not. ';
  }
  if (/could not look up effective user/i.test(output)) {
    return 'It needs a user that the system knows by name; run Scrip as one. ';
  }
  return '';
}
