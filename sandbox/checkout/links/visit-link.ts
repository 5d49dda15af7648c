import type Stripe from 'stripe';
import type { HiddenLink } from '../../kinds/kinds.js';
import { newId } from '../../store/ids.js';
import type { Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { applyCode } from '../discounts/apply-code.js';
import { isEmail } from '../sessions/check-session-params.js';
import { keepSession } from '../sessions/keep-session.js';
import { newSession } from '../sessions/new-session.js';

/** What an address may bring along behind its question mark. */
export interface Visit {
  clientReferenceId: string | null;
  email: string | null;
  promotionCode: string | null;
}

export const readVisit = (query: string): Visit => {
  const asked = new URLSearchParams(query);
  const [reference, email] = [asked.get('client_reference_id'), asked.get('prefilled_email')];
  return {
    // Stripe drops what is longer or has other characters, without a word.
    clientReferenceId: reference !== null && /^[\w-]{1,200}$/.test(reference) ? reference : null,
    email: email !== null && isEmail(email) ? email : null,
    promotionCode: asked.get('prefilled_promo_code'),
  };
};

/** Opens a session of a link for one visit, with the metadata that the link has now. */
export async function visitLink(
  work: Work,
  { shown: link, hidden }: Stored<Stripe.PaymentLink, HiddenLink>,
  visit: Visit,
): Promise<Stripe.Checkout.Session> {
  const lineItems = hidden.lineItems.map((item) => ({ ...item, id: newId('li') }));
  const { shown, hidden: ofSession } = await newSession(work, {
    params: paramsOf(link, hidden, visit),
    lineItems,
    customerDetails: null,
  });
  const message = link.after_completion.hosted_confirmation?.custom_message;
  const custom_text = message ? { ...shown.custom_text, after_submit: { message } } : shown.custom_text;
  const prefilled = visit.email === null ? ofSession : { ...ofSession, prefilledEmail: visit.email };
  const session = await keepSession(work, {
    shown: { ...shown, custom_text, payment_link: link.id },
    hidden: prefilled,
  });
  if (visit.promotionCode !== null) await applyCode(work, session.id, visit.promotionCode);
  return session;
}

function paramsOf(link: Stripe.PaymentLink, { intentData }: HiddenLink, visit: Visit) {
  const { consent_collection: consent } = link;
  const { url } = link.after_completion.redirect ?? {};
  return {
    mode: 'payment' as const,
    allow_promotion_codes: link.allow_promotion_codes,
    automatic_tax: { enabled: link.automatic_tax.enabled },
    billing_address_collection: link.billing_address_collection,
    customer_creation: link.customer_creation,
    metadata: link.metadata,
    payment_intent_data: intentData,
    submit_type: link.submit_type,
    tax_id_collection: link.tax_id_collection,
    ...(consent?.terms_of_service && { consent_collection: { terms_of_service: consent.terms_of_service } }),
    ...(link.custom_text.submit && { custom_text: { submit: link.custom_text.submit } }),
    ...(url && { success_url: url }),
    ...(visit.clientReferenceId && { client_reference_id: visit.clientReferenceId }),
  };
}
