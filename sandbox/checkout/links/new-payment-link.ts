import type Stripe from 'stripe';
import { missingParam } from '../../api/errors.js';
import { recordEvent } from '../../events/record.js';
import { kinds } from '../../kinds/kinds.js';
import { newMetadata } from '../../params/metadata.js';
import { newId } from '../../store/ids.js';
import { insertObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { checkUrl } from '../sessions/check-session-params.js';
import { checkTotal, makeLineItems } from '../sessions/line-items.js';
import { consentAsked, customText, taxIdsAsked } from '../sessions/new-session.js';
import { totalsOf } from '../sessions/totals.js';

type Params = Stripe.PaymentLinkCreateParams;

/** Keeps a link that can be paid again and again: each visit opens a session of its own. */
export async function createPaymentLink(work: Work, params: Params): Promise<Stripe.PaymentLink> {
  const afterCompletion = readAfterCompletion(params.after_completion);
  const lineItems = await makeLineItems(work, params.line_items, params.currency);
  const currency = lineItems[0]?.currency ?? 'usd';
  checkTotal(totalsOf(lineItems).amount_total, currency);
  const link = newLink(params, { id: newId('plink'), currency, afterCompletion, baseUrl: work.baseUrl });
  const hidden = { lineItems, intentData: params.payment_intent_data ?? {} };
  await insertObject(work.tx, kinds.paymentLink, work.now, link, hidden);
  await recordEvent(work, 'payment_link.created', link);
  return link;
}

/** What a buyer sees when they have paid. */
export function readAfterCompletion(given: Params['after_completion']): Stripe.PaymentLink.AfterCompletion {
  if (given?.type !== 'redirect') {
    const message = given?.hosted_confirmation?.custom_message ?? null;
    return { hosted_confirmation: { custom_message: message }, type: 'hosted_confirmation' };
  }
  if (given.redirect === undefined) throw missingParam('after_completion[redirect]');
  checkUrl(given.redirect.url, 'after_completion[redirect][url]');
  return { redirect: { url: given.redirect.url }, type: 'redirect' };
}

interface LinkFacts {
  id: string;
  currency: string;
  afterCompletion: Stripe.PaymentLink.AfterCompletion;
  baseUrl: string;
}

const newLink = (params: Params, { id, currency, afterCompletion, baseUrl }: LinkFacts): Stripe.PaymentLink => ({
  id,
  object: 'payment_link',
  active: true,
  after_completion: afterCompletion,
  allow_promotion_codes: params.allow_promotion_codes ?? false,
  application: null,
  application_fee_amount: null,
  application_fee_percent: null,
  automatic_tax: {
    enabled: params.automatic_tax?.enabled ?? false,
    liability: params.automatic_tax?.enabled ? { type: 'self' } : null,
  },
  billing_address_collection: params.billing_address_collection ?? 'auto',
  consent_collection: consentAsked(params.consent_collection),
  currency,
  custom_fields: [],
  custom_text: customText(params.custom_text),
  customer_creation: params.customer_creation ?? 'if_required',
  inactive_message: params.inactive_message ?? null,
  invoice_creation: null,
  livemode: false,
  managed_payments: { enabled: false },
  metadata: newMetadata(params.metadata),
  on_behalf_of: null,
  payment_intent_data: params.payment_intent_data ? intentData(params.payment_intent_data) : null,
  payment_method_collection: 'always',
  payment_method_options: null,
  payment_method_types: null,
  phone_number_collection: { enabled: false },
  restrictions: null,
  shipping_address_collection: null,
  shipping_options: [],
  submit_type: params.submit_type ?? 'auto',
  subscription_data: null,
  tax_id_collection: taxIdsAsked(params.tax_id_collection ?? { enabled: false }),
  transfer_data: null,
  url: `${baseUrl}/buy/${id}`,
});

const intentData = (given: Stripe.PaymentLinkCreateParams.PaymentIntentData): Stripe.PaymentLink.PaymentIntentData => ({
  capture_method: null,
  description: given.description ?? null,
  metadata: newMetadata(given.metadata),
  setup_future_usage: given.setup_future_usage ?? null,
  statement_descriptor: given.statement_descriptor ?? null,
  statement_descriptor_suffix: given.statement_descriptor_suffix ?? null,
  transfer_group: null,
});
