import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { createPaymentLink, readAfterCompletion } from '../checkout/links/new-payment-link.js';
import { pageOfLines } from '../checkout/sessions/line-page.js';
import { saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import type { Work } from '../store/work.js';

const create = ({ work, params }: Call<Stripe.PaymentLinkCreateParams>) => createPaymentLink(work, params);

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.PaymentLink> {
  return (await need(work, kinds.paymentLink, id)).shown;
}

/** Sessions that were opened before keep what the link was then. */
async function update({ work, params, id }: Call<Stripe.PaymentLinkUpdateParams>): Promise<Stripe.PaymentLink> {
  const before = await need(work, kinds.paymentLink, id, { lock: true });
  const { active, after_completion, allow_promotion_codes, inactive_message } = params;
  const shown = {
    ...withChanges(before.shown, { active, allow_promotion_codes, inactive_message }),
    ...(after_completion && { after_completion: readAfterCompletion(after_completion) }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveChange(work, before.shown, { ...before, shown }, 'payment_link.updated');
  return shown;
}

const list = ({ work, params }: Call<Stripe.PaymentLinkListParams>) =>
  listPage(work, kinds.paymentLink, '/v1/payment_links', params, { equal: { active: params.active } });

const urlOfLines = (id: string): string => `/v1/payment_links/${id}/line_items`;

async function listLineItems({ work, params, id }: Call<Stripe.PaymentLinkListLineItemsParams>) {
  return pageOfLines((await need(work, kinds.paymentLink, id)).hidden.lineItems, params, urlOfLines(id));
}

const firstLines = async (work: Work, { id }: Stripe.PaymentLink) =>
  pageOfLines((await need(work, kinds.paymentLink, id)).hidden.lineItems, {}, urlOfLines(id));

export const paymentLinks: Resource = {
  routes: [
    route('POST /v1/payment_links', create),
    route('GET /v1/payment_links/:id', retrieve),
    route('POST /v1/payment_links/:id', update),
    route('GET /v1/payment_links', list),
    route('GET /v1/payment_links/:id/line_items', listLineItems),
  ],
  expansions: { payment_link: { line_items: firstLines } },
};
