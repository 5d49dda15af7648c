import { IsNull } from 'typeorm';
import type { Tx } from '../../database/database.js';
import { freeKey } from '../../idempotency/idempotency-keys.store.js';
import { invariant } from '../../kernel/invariant.js';
import { StripeRefused } from '../../stripe/client/stripe.problems.js';
import type { StripePaymentLink } from '../../stripe/objects/sale-objects.js';
import { PaymentLink } from './payment-link.entity.js';

/** Locks a link that is known to exist (`for update`) and reads it. */
export async function lockPaymentLink(tx: Tx, paymentLinkId: string): Promise<PaymentLink> {
  const link = await tx.findOne(PaymentLink, { where: { id: paymentLinkId }, lock: { mode: 'pessimistic_write' } });
  invariant(link !== null, `payment link ${paymentLinkId} is there`);
  return link;
}

/** Locks the link that an idempotency key names (`for update`) and reads it; null where there is none. */
export function lockPaymentLinkByKey(tx: Tx, idempotencyDigest: Buffer): Promise<PaymentLink | null> {
  return tx.findOne(PaymentLink, { where: { idempotencyDigest }, lock: { mode: 'pessimistic_write' } });
}

/** What is known of a link before anything is asked of Stripe. */
export type NewPaymentLink = Omit<
  PaymentLink,
  'stripePaymentLinkId' | 'url' | 'unansweredAt' | 'deactivatedAt' | 'createdAt' | 'updatedAt'
>;

export async function insertPaymentLink(tx: Tx, link: NewPaymentLink, now: Date): Promise<PaymentLink> {
  await tx.insert(PaymentLink, { ...link, createdAt: now, updatedAt: now });
  return lockPaymentLink(tx, link.id);
}

export interface OpenedLink {
  link: PaymentLink;
  /** Whether its address was stored now; another process may have been quicker. */
  isNew: boolean;
}

/** Stores the address of a link that Stripe has made. Locks the link. */
export async function storeLinkAddress(
  tx: Tx,
  paymentLinkId: string,
  { stripePaymentLinkId, url }: StripePaymentLink,
  now: Date,
): Promise<OpenedLink> {
  const link = await lockPaymentLink(tx, paymentLinkId);
  if (link.url !== null) return { link, isNew: false };
  const address = { stripePaymentLinkId, url, unansweredAt: null, updatedAt: now };
  await tx.update(PaymentLink, { id: paymentLinkId }, address);
  return { link: { ...link, ...address }, isNew: true };
}

/**
 * Stores that Stripe has not made a link. A refusal gives it up; where Stripe gave no answer it waits for the same
 * request to come again. Locks the link.
 */
export async function storeLinkFailure(tx: Tx, paymentLinkId: string, error: unknown, now: Date): Promise<void> {
  const link = await lockPaymentLink(tx, paymentLinkId);
  if (link.url !== null) return;
  if (error instanceof StripeRefused) await abandonPaymentLink(tx, link, now);
  else await tx.update(PaymentLink, { id: paymentLinkId }, { unansweredAt: now });
}

/** Gives up a link that nobody was given the address of, and frees its idempotency key. The link must be locked. */
export async function abandonPaymentLink(tx: Tx, link: PaymentLink, now: Date): Promise<void> {
  await freeKey(tx, { accountId: link.accountId ?? '', digest: link.idempotencyDigest });
  await tx.update(
    PaymentLink,
    { id: link.id },
    { idempotencyDigest: null, idempotencyFingerprint: null, updatedAt: now },
  );
}

/** Stores that a link was switched off, the first time that it was. */
export async function storeDeactivation(tx: Tx, paymentLinkId: string, now: Date): Promise<void> {
  await tx.update(PaymentLink, { id: paymentLinkId, deactivatedAt: IsNull() }, { deactivatedAt: now, updatedAt: now });
}
