import type { TestScrip } from '../service/scrip.js';
import { stripeOf } from './stripe-side.js';

/** Needs its holder whenever they are there, and never again once it was set up for that. */
export const CHALLENGED_ONCE = '4000002500003155';

export interface Method {
  id: string;
  last4: string;
  isDefault: boolean;
}

/** What an account has saved to pay with, newest first. */
export async function methodsOf(scrip: TestScrip, accountId: string): Promise<Method[]> {
  const { status, body } = await scrip.call('GET', `/v1/accounts/${accountId}/payment-methods`);
  if (status !== 200) throw new Error(`no list: ${JSON.stringify(body)}`);
  return body.data;
}

export async function customerOf(scrip: TestScrip, accountId: string): Promise<string> {
  const [account] = await scrip.sql('select stripe_customer_id from accounts where id = $1', [accountId]);
  return String(account?.stripe_customer_id);
}

/** Charges an account while nobody is there. */
export async function chargeOffSession(scrip: TestScrip, accountId: string, method: string) {
  return stripeOf(scrip).paymentIntents.create({
    amount: 1000,
    currency: 'usd',
    customer: await customerOf(scrip, accountId),
    payment_method: method,
    off_session: true,
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
}
