import { defineQueue } from '../../jobs/queue.js';

/** The next step of a run. There is one job for a run: each step that is finished replaces it. */
export const reconciliationQueue = defineQueue({
  name: 'reconcile',
  idName: 'reconciliationId',
  waiting: { plural: 'reconciliations', table: 'reconciliations', where: `status = 'running'` },
});

/** The jobs that a schedule adds, under the names that it is stored with. */
export const RECONCILE_ON_SCHEDULE = 'reconcile-on-schedule';
export const CHECK_BOOKS_ON_SCHEDULE = 'check-books-on-schedule';
