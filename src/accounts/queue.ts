import { defineQueue } from '../jobs/queue.js';

/** Accounts that were changed, whose customer at Stripe is to be told of it: the room of customers does. */
export const contactQueue = defineQueue({ name: 'keep-contact', idName: 'accountId' });
