import type Stripe from 'stripe';
import { need } from '../../api/common.js';
import { invalidRequest, missingParam, notInSandbox } from '../../api/errors.js';
import { redeemDiscount } from '../../checkout/discounts/redeem-discount.js';
import { scheduleJob } from '../../jobs/schedule.js';
import { kinds } from '../../kinds/kinds.js';
import { checkCurrency } from '../../payments/currencies.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { collectInvoice } from '../invoices/collect-invoice.js';
import { throwDeclined } from '../invoices/invoice-declined.js';
import { markPaid } from '../invoices/settle-invoice.js';
import { lockInvoice } from '../lock.js';
import { anniversary } from '../periods.js';
import { atTimeOf } from '../test-clocks/test-clock-time.js';
import { chosenMethod } from './chosen-method.js';
import { discountForItems } from './discount-for-items.js';
import { checkChoosable, cycleOf, type ItemPrice, itemPrice } from './item-price.js';
import { type Course, startSubscription } from './start-subscription.js';

type Params = Stripe.SubscriptionCreateParams;

const secondsADay = 24 * 60 * 60;
/** How long the customer has for the first payment. */
export const incompleteSeconds = 23 * 60 * 60;

/**
 * Starts a subscription as a call asks for, and tries to take its first payment unless that is left to the customer.
 */
export async function createSubscription(asked: Work, params: Params): Promise<Stripe.Subscription> {
  checkParams(params);
  const customerId = params.customer ?? '';
  const customer = (await need(asked, kinds.customer, customerId, { param: 'customer' })).shown;
  const work = await atTimeOf(asked, customer.test_clock);
  const items = await itemsOf(work, params);
  const currency = currencyOf(params, items);
  const trialEnd = trialEndOf(params, work.now);
  const method = await chosenMethod(work, params.default_payment_method, customerId);
  const discount = await discountForItems(work, params.discounts || [], {
    items,
    currency,
    customerId,
    email: customer.email,
  });
  if (discount !== undefined) await redeemDiscount(work, discount);
  const started = await startSubscription(work, {
    customerId,
    currency,
    items,
    discount,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    methodId: method?.shown.id ?? null,
    metadata: params.metadata,
    description: params.description,
    trialEnd,
    missingMethod: params.trial_settings?.end_behavior.missing_payment_method,
    taxed: params.automatic_tax?.enabled ?? false,
    savesMethod: params.payment_settings?.save_default_payment_method === 'on_subscription',
    cancelAtPeriodEnd: params.cancel_at_period_end,
    testClock: work.testClock?.id ?? null,
    course: courseOf(params, items, work.now),
  });
  const id = started.subscription.shown.id;
  await payFirst(work, started.invoice.shown, params);
  const now = await findObject(work.tx, kinds.subscription, id);
  return now?.shown ?? started.subscription.shown;
}

async function payFirst(work: Work, invoice: Stripe.Invoice, params: Params): Promise<void> {
  const billing = await lockInvoice(work, invoice.id);
  if (invoice.amount_due === 0) {
    await markPaid(work, billing);
    return;
  }
  const { payment_behavior = 'allow_incomplete' } = params;
  await scheduleJob(work, 'expire-incomplete', billing.subscription.shown.id, (work.now + incompleteSeconds) * 1000);
  if (payment_behavior === 'default_incomplete') return;
  const { outcome } = await collectInvoice(work, billing, { offSession: params.off_session ?? false, automatic: true });
  if (payment_behavior === 'error_if_incomplete') throwDeclined(outcome);
}

function checkParams(params: Params): void {
  if (params.customer === undefined) throw missingParam('customer');
  if (params.items === undefined || params.items.length === 0) throw missingParam('items');
  if (params.collection_method === 'send_invoice') throw notInSandbox('Received send_invoice.', 'collection_method');
  if (params.billing_mode?.type === 'classic') throw notInSandbox('Received the classic billing_mode.', 'billing_mode');
  if (params.payment_behavior === 'pending_if_incomplete') {
    throw invalidRequest('`pending_if_incomplete` can only be used when a subscription is updated.', {
      param: 'payment_behavior',
    });
  }
  if (params.trial_period_days !== undefined && params.trial_end !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: trial_end, trial_period_days.', {
      param: 'trial_period_days',
    });
  }
}

async function itemsOf(work: Work, { items = [], currency }: Params) {
  const wanted = currency && checkCurrency(currency, 'currency');
  let known = wanted;
  const chosen = [];
  for (const [index, { price, quantity, metadata }] of items.entries()) {
    const param = `items[${index}][price]`;
    if (price === undefined) throw missingParam(param);
    known ??= (await need(work, kinds.price, price, { param })).shown.currency;
    const found = await itemPrice(work, price, known, param);
    checkChoosable(found, param);
    chosen.push({
      price: found,
      quantity: checkQuantity(quantity, `items[${index}][quantity]`),
      metadata,
      currency: known,
    });
  }
  return chosen;
}

export function checkQuantity(quantity: number | undefined, param: string): number {
  if (quantity === undefined) return 1;
  if (quantity >= 1) return quantity;
  throw invalidRequest('This value must be greater than or equal to 1.', {
    code: 'parameter_invalid_integer',
    param,
  });
}

const currencyOf = (params: Params, items: { currency: string }[]): string =>
  params.currency?.toLowerCase() ?? items[0]?.currency ?? 'usd';

function trialEndOf({ trial_end, trial_period_days }: Params, now: number): number | null {
  if (trial_end === 'now') return null;
  const end = trial_end ?? (trial_period_days ? now + trial_period_days * secondsADay : null);
  if (end === null || end > now) return end;
  throw invalidRequest('Invalid timestamp: must be an integer Unix timestamp in the future.', { param: 'trial_end' });
}

/** Backdated, or with an anchor that is yet to come: its periods are those of regular billing since then. */
function courseOf(params: Params, items: { price: ItemPrice }[], now: number): Course | undefined {
  const { backdate_start_date: startsAt, billing_cycle_anchor: anchor, proration_behavior: behaviour } = params;
  if (startsAt === undefined && anchor === undefined) return undefined;
  if (params.trial_end !== undefined || params.trial_period_days !== undefined) {
    throw notInSandbox('Received a trial with another start or anchor.', 'trial_end');
  }
  if (startsAt !== undefined && startsAt >= now) {
    throw invalidRequest('Invalid timestamp: must be an integer Unix timestamp in the past.', {
      param: 'backdate_start_date',
    });
  }
  const next = anniversary(now, cycleOf(items.map(({ price }) => price.cycle)), 1);
  if (anchor !== undefined && (anchor <= now || anchor > next)) {
    throw invalidRequest('Invalid billing_cycle_anchor: it must be between now and the next natural billing date.', {
      param: 'billing_cycle_anchor',
    });
  }
  const isFreeBefore = behaviour === 'none';
  if (isFreeBefore && anchor !== undefined) {
    throw notInSandbox('Received none with an anchor: nothing would be invoiced.', 'proration_behavior');
  }
  return { startsAt, anchor, isFreeBefore };
}
