import type { Tx } from '../store/database.js';
import { saveSetting } from '../store/settings.js';

/** What becomes of a subscription when no retry has brought the money. */
export const retryEnds = ['cancel', 'unpaid', 'past_due'] as const;

/** What sellers set up in Stripe's own pages. */
export interface BillingSettings {
  /** When a payment that failed is tried again, in days after the first time. */
  retryDays: number[];
  afterRetries: (typeof retryEnds)[number];
  /** How long the invoice of a renewal stays a draft. */
  draftSeconds: number;
  /** How long before its time a renewal is announced. */
  upcomingDays: number;
}

const usual: BillingSettings = { retryDays: [1, 3, 5], afterRetries: 'cancel', draftSeconds: 60 * 60, upcomingDays: 7 };
const name = 'billing';

export async function billingSettings(tx: Tx): Promise<BillingSettings> {
  const [row] = await tx.query<{ value: BillingSettings }>('select value from sandbox.settings where name = $1', [
    name,
  ]);
  return row?.value ?? usual;
}

export const saveBillingSettings = (tx: Tx, settings: BillingSettings): Promise<void> =>
  saveSetting(tx, name, settings);
