import { defineQueue } from '../jobs/queue.js';

/**
 * Evidence that was recorded and is still to be sent: the request that recorded it may have died before it asked
 * Stripe. The waits grow to six hours, and all of them are longer than any bank waits for an answer.
 */
export const evidenceQueue = defineQueue({
  name: 'hand-over-evidence',
  idName: 'evidenceId',
  maxAttempts: 100,
  waiting: { plural: 'answers to disputes', table: 'dispute_evidence', where: `status = 'requested'` },
});
