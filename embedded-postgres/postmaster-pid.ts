import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.js';

/** What a server writes into its data folder about itself. */
export interface PostmasterPid {
  pid: number;
  port: number;
  /** `starting`, `ready`, `stopping` … */
  status: string;
}

export const postmasterPidPath = (dataDir: string) => join(dataDir, 'postmaster.pid');

/** Undefined when there is no file, or when it is only half written. */
export async function readPostmasterPid(dataDir: string): Promise<PostmasterPid | undefined> {
  const text = await readFile(postmasterPidPath(dataDir), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' } : undefined;
}

/**
 * Whether a process is a Postgres that serves this very folder. The number alone says nothing: it may since have gone
 * to another program, and a copy of a data folder names the server of the original. A zombie serves nothing.
 */
export async function servesFolder(pid: number, dataDir: string): Promise<boolean> {
  if (process.platform !== 'linux') {
    const { output } = await run({ file: 'ps', args: ['-o', 'command=', '-p', String(pid)] });
    return /postgres/.test(output) && output.includes(`-D ${dataDir} `);
  }
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  if (name.trim() !== 'postgres') return false;
  // A server works in its data folder, under whatever name the folder now has.
  const [itsFolder, ours] = await Promise.all([stat(`/proc/${pid}/cwd`).catch(() => undefined), stat(dataDir)]);
  return itsFolder !== undefined && itsFolder.dev === ours.dev && itsFolder.ino === ours.ino;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
