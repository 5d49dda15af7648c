import { defineQueue } from '../jobs/queue.js';

/**
 * Accounts whose top-ups are to be looked at: an attempt is to be brought on, or something has changed that may have
 * made one due. One that has lost its job is found by `look_at`.
 */
export const topUpQueue = defineQueue({ name: 'top-up', idName: 'accountId', maxAttempts: 100 });
