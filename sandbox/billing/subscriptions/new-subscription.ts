import type Stripe from 'stripe';
import { newMetadata } from '../../params/metadata.js';
import { newId } from '../../store/ids.js';

type Subscription = Stripe.Subscription;

export interface SubscriptionFacts {
  customerId: string;
  currency: string;
  created: number;
  /** Since when it is; before its creation where it is backdated. */
  startDate: number;
  /** What its periods are counted from: its start, or the end of its trial. */
  anchor: number;
  status: Stripe.Subscription.Status;
  methodId: string | null;
  metadata?: Record<string, string | number | null> | '' | null | undefined;
  description?: string | null | undefined;
  trialEnd: number | null;
  missingMethod?: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod | undefined;
  taxed: boolean;
  discountIds: string[];
  savesMethod: boolean;
  testClock: string | null;
}

export const newSubscriptionId = (): string => newId('sub');

/** A subscription without its items, which name it. */
export const newSubscription = (id: string, facts: SubscriptionFacts): Omit<Subscription, 'items'> => ({
  ...noSuchFeatures,
  id,
  object: 'subscription',
  automatic_tax: { disabled_reason: null, enabled: facts.taxed, liability: facts.taxed ? { type: 'self' } : null },
  billing_cycle_anchor: facts.anchor,
  billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: facts.created },
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  created: facts.created,
  currency: facts.currency,
  customer: facts.customerId,
  default_payment_method: facts.methodId,
  description: facts.description || null,
  discounts: facts.discountIds,
  ended_at: null,
  latest_invoice: null,
  metadata: newMetadata(facts.metadata),
  pause_collection: null,
  payment_settings: {
    payment_method_options: null,
    payment_method_types: null,
    save_default_payment_method: facts.savesMethod ? 'on_subscription' : 'off',
  },
  pending_update: null,
  start_date: facts.startDate,
  status: facts.status,
  test_clock: facts.testClock,
  trial_end: facts.trialEnd,
  trial_settings: {
    end_behavior: { billing_cycle_anchor: null, missing_payment_method: facts.missingMethod ?? 'create_invoice' },
  },
  trial_start: facts.trialEnd === null ? null : facts.created,
});

/** What a subscription says about everything that cannot be asked for here. */
const noSuchFeatures = {
  application: null,
  application_fee_percent: null,
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  livemode: false,
  managed_payments: { enabled: false },
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  schedule: null,
  transfer_data: null,
} satisfies Partial<Subscription>;
