import type { Jobs } from './jobs/jobs.js';
import type { Ground } from './store/ground.js';
import type { Deliveries } from './webhooks/deliveries.js';

/** What lives as long as the sandbox does. */
export interface World extends Ground {
  deliveries: Deliveries;
  jobs: Jobs;
}
