import { defineTask } from '../jobs/task.js';

/** Asks Stripe for a refund that was recorded and whose request may have died before Stripe was asked. */
export const ASK_FOR_REFUND = defineTask<{ refundId: string }>('ask-for-refund');

export function askForRefundKey(refundId: string): string {
  return `ask-for-refund:${refundId}`;
}
