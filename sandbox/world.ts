import type { Jobs } from './jobs/jobs.js';
import type { Log } from './log.js';
import type { Clock } from './store/clock.js';
import type { Database } from './store/database.js';
import type { Asker, Work } from './store/work.js';
import type { Deliveries } from './webhooks/deliveries.js';

/** What lives as long as the sandbox does. */
export interface World {
  database: Database;
  clock: Clock;
  log: Log;
  baseUrl: string;
  deliveries: Deliveries;
  jobs: Jobs;
}

/** Runs one unit of work, and once it is committed wakes whoever has something to do because of it. */
export async function inWork<T>(world: World, asker: Asker, run: (work: Work) => Promise<T>): Promise<T> {
  const wakes: Work['wakes'] = new Set();
  const { clock, baseUrl } = world;
  const result = await world.database.transaction((tx) =>
    run({ tx, clock, now: clock.nowSeconds(), baseUrl, asker, wakes }),
  );
  if (wakes.has('deliveries')) world.deliveries.wake();
  if (wakes.has('jobs')) world.jobs.wake();
  return result;
}
