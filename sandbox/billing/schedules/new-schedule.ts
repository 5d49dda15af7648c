import type Stripe from 'stripe';
import { newMetadata } from '../../params/metadata.js';
import { newId } from '../../store/ids.js';
import type { PhaseTerms } from './phase-terms.js';

type Schedule = Stripe.SubscriptionSchedule;
type Phase = Stripe.SubscriptionSchedule.Phase;

/** A schedule of a subscription that is there already: its first phase is the subscription's current period. */
export const newSchedule = (
  subscription: Stripe.Subscription,
  phase: Phase,
  metadata: Record<string, string | number | null> | '' | null | undefined,
  created: number,
): Schedule => ({
  id: newId('sub_sched'),
  object: 'subscription_schedule',
  application: null,
  billing_mode: subscription.billing_mode,
  canceled_at: null,
  completed_at: null,
  created,
  current_phase: { end_date: phase.end_date, start_date: phase.start_date },
  customer: subscription.customer,
  customer_account: null,
  default_settings: {
    application_fee_percent: null,
    billing_cycle_anchor: 'automatic',
    billing_thresholds: null,
    collection_method: 'charge_automatically',
    default_payment_method: null,
    description: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      days_until_due: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    on_behalf_of: null,
    transfer_data: null,
  },
  end_behavior: 'release',
  livemode: false,
  metadata: newMetadata(metadata),
  pause_schedules: [],
  phases: [phase],
  released_at: null,
  released_subscription: null,
  status: 'active',
  subscription: subscription.id,
  test_clock: subscription.test_clock === null ? null : String(subscription.test_clock),
});

export interface PhaseFacts {
  start: number;
  end: number;
  currency: string;
  items: { price: string; quantity: number; metadata?: Stripe.Metadata }[];
  metadata?: Stripe.Metadata | undefined;
  prorationBehaviour?: Phase['proration_behavior'] | undefined;
  terms: PhaseTerms;
}

export const newPhase = ({ start, end, currency, items, metadata, prorationBehaviour, terms }: PhaseFacts): Phase => ({
  add_invoice_items: [],
  application_fee_percent: null,
  billing_cycle_anchor: null,
  billing_thresholds: null,
  collection_method: null,
  currency,
  default_payment_method: null,
  default_tax_rates: [],
  description: null,
  discounts: terms.discounts.map(({ discount }) => ({ coupon: null, discount, promotion_code: null })),
  end_date: end,
  invoice_settings: null,
  items: items.map(({ price, quantity, metadata: ofItem }) => ({
    billing_thresholds: null,
    discounts: [],
    metadata: ofItem ?? {},
    plan: price,
    price,
    quantity,
    tax_rates: [],
  })),
  metadata: metadata ?? {},
  on_behalf_of: null,
  proration_behavior: prorationBehaviour ?? 'create_prorations',
  start_date: start,
  transfer_data: null,
  trial_end: terms.trial_end ?? null,
});
