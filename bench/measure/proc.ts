import { readFile } from 'node:fs/promises';

/** Linux counts a process's time in hundredths of a second for whoever reads it, whatever the kernel's own clock is. */
const MS_PER_TICK = 10;

/** What `/proc/<pid>/stat` says of a process's use of the processors. */
export interface ProcessTimes {
  /** Its own, in user and kernel mode. */
  readonly ownMs: number;
  /** Of its children that have ended and were waited for, with theirs. */
  readonly endedChildrenMs: number;
  /** When it began, in the kernel's own count: together with its number it is never given twice. */
  readonly startedAt: string;
}

/** Reads the text of `/proc/<pid>/stat`; undefined when it is none. The name in brackets may hold anything. */
export function parseStat(text: string): ProcessTimes | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const [user, kernel, endedUser, endedKernel] = fields.slice(11, 15).map(Number);
  const startedAt = fields[19];
  if (user === undefined || kernel === undefined || endedUser === undefined || endedKernel === undefined)
    return undefined;
  if (startedAt === undefined || !Number.isFinite(user + kernel + endedUser + endedKernel)) return undefined;
  return {
    ownMs: (user + kernel) * MS_PER_TICK,
    endedChildrenMs: (endedUser + endedKernel) * MS_PER_TICK,
    startedAt,
  };
}

/** Undefined when the process has ended, or where there is no `/proc`. */
export async function readTimes(pid: number): Promise<ProcessTimes | undefined> {
  return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

/** Whose work a process of Postgres does, where it does that of one database. */
export interface ProcessOwner {
  readonly database: string;
  /** Autovacuum comes when it likes, so that its work may fall into the turn of another database. */
  readonly isAutovacuum: boolean;
}

/**
 * Reads it from the title that Postgres gives to its processes. Undefined for those that serve all databases (the
 * checkpointer, the WAL writer), and for one that has not said yet.
 */
export function ownerOf(title: string): ProcessOwner | undefined {
  const vacuumed = /^postgres: autovacuum worker (\S+)/.exec(title)?.[1];
  if (vacuumed !== undefined) return { database: vacuumed, isAutovacuum: true };
  const served = /^postgres: \S+ (\S+) (?:\[local\]|[\da-f.:]+\(\d+\))/.exec(title)?.[1];
  return served === undefined ? undefined : { database: served, isAutovacuum: false };
}

export async function readTitle(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.replaceAll('\0', ' ').trim();
}

/** The children of a process's first thread; undefined where the kernel does not list them. */
export async function readChildren(pid: number): Promise<number[] | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => undefined);
  return text?.split(' ').filter(Boolean).map(Number);
}
