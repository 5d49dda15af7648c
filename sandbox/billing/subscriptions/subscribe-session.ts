import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import type { Session } from '../../checkout/sessions/reprice.js';
import { kinds } from '../../kinds/kinds.js';
import type { Method } from '../../payments/methods/new-payment-method.js';
import type { Work } from '../../store/work.js';
import { markPaid } from '../invoices/settle-invoice.js';
import type { Billing } from '../lock.js';
import { atTimeOf } from '../test-clocks/test-clock-time.js';
import { itemPrice } from './item-price.js';
import { startSubscription } from './start-subscription.js';

const secondsADay = 24 * 60 * 60;

/**
 * Starts the subscription that a checkout session sells, with its first invoice paid through the intent, if there was
 * anything to pay. The caller holds the lock of the session.
 */
export async function subscribeSession(
  asked: Work,
  { shown, hidden }: Session,
  { intent, method }: { intent?: Stripe.PaymentIntent | undefined; method?: Method | undefined },
): Promise<Billing> {
  const data = hidden.subscription?.data ?? {};
  const customer = await need(asked, kinds.customer, String(shown.customer));
  const work = await atTimeOf(asked, customer.shown.test_clock);
  const currency = shown.currency ?? 'usd';
  const items = [];
  for (const { price, quantity, metadata } of hidden.lineItems) {
    const found = await itemPrice(work, String(price?.id), currency, 'line_items');
    items.push({ price: found, quantity: quantity ?? 1, metadata: metadata ?? {} });
  }
  const trialEnd = trialEndOf(data, work.now);
  const started = await startSubscription(
    work,
    {
      customerId: String(shown.customer),
      currency,
      items,
      discount: hidden.discount,
      status: trialEnd === null ? 'active' : 'trialing',
      methodId: method?.shown.id ?? null,
      metadata: data.metadata,
      description: data.description,
      trialEnd,
      missingMethod: data.trial_settings?.end_behavior.missing_payment_method,
      taxed: shown.automatic_tax.enabled,
      savesMethod: false,
      testClock: work.testClock?.id ?? null,
    },
    { intent },
  );
  return markPaid(work, started);
}

type Data = NonNullable<Stripe.Checkout.SessionCreateParams['subscription_data']>;

/** When the trial that a session gives will be over, if it is completed at `now`. */
export const trialEndOf = ({ trial_end, trial_period_days }: Data, now: number): number | null =>
  trial_end ?? (trial_period_days === undefined ? null : now + trial_period_days * secondsADay);
