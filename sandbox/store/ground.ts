import type { EventEmitter } from 'node:events';
import type { Log } from '../log.js';
import type { Clock } from './clock.js';
import type { Database } from './database.js';
import type { Asker, Sleeper, Work } from './work.js';

/** What every part of the sandbox stands on. */
export interface Ground {
  database: Database;
  clock: Clock;
  log: Log;
  /** Where the sandbox itself is reached, without a slash at the end. Empty until it listens. */
  baseUrl: string;
  /** Wakes a sleeper, by its name. */
  bell: EventEmitter<Record<Sleeper, []>>;
}

/** Runs one unit of work, and once it is committed wakes whoever has something to do because of it. */
export async function inWork<T>(ground: Ground, asker: Asker, run: (work: Work) => Promise<T>): Promise<T> {
  const wakes: Work['wakes'] = new Set();
  const { bell, clock, baseUrl, database } = ground;
  const result = await database.transaction((tx) => run({ tx, clock, now: clock.nowSeconds(), baseUrl, asker, wakes }));
  for (const sleeper of wakes) bell.emit(sleeper);
  return result;
}
