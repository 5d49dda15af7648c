import { defineQueue } from '../jobs/queue.js';
import { REQUESTED_REFUNDS } from '../returns/refunds.store.js';

/**
 * Refunds that were recorded and are still to be asked for: the request that recorded one may have died before it asked
 * Stripe. The waits grow to six hours, so that a key of Stripe's can be wrong for weeks before a refund is given up.
 */
export const refundQueue = defineQueue({
  name: 'ask-for-refund',
  idName: 'refundId',
  slots: 'returns',
  maxAttempts: 100,
  waiting: { plural: 'refunds', ...REQUESTED_REFUNDS },
});
