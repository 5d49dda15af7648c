import { defineQueue } from '../../jobs/queue.js';

/**
 * Deliveries that wait. When the next attempt is made, and how often, is told by their rows: a job is only tried again
 * where the process that ran it has died, or could not write.
 */
export const deliveryQueue = defineQueue({
  name: 'deliver-message',
  idName: 'deliveryId',
  slots: 'deliveries',
  maxAttempts: 200,
  waiting: { plural: 'deliveries', table: 'webhook_deliveries', where: `status = 'waiting'` },
});
