import Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { askStripe } from '../client/ask-stripe.js';
import { createStripeClient, isLiveKey } from '../client/stripe-client.js';
import {
  isOfMode,
  toListedCheckout,
  toListedDispute,
  toListedIntent,
  toListedRefund,
} from '../objects/listed-mappers.js';
import type {
  Found,
  Listed,
  ListedDispute,
  ListedPayment,
  ListedRefund,
  ListQuery,
  UndeliveredEvent,
} from '../objects/listed-objects.js';
import { type ListedInvoice, toListedInvoice } from './listed-invoices.js';
import { type ListedSubscription, toListedSubscription } from './listed-subscriptions.js';
import { EVENTS_ABOUT_INVOICES, EVENTS_ABOUT_MONEY, toUndelivered } from './undelivered-events.js';

/** The most that Stripe lists at once. */
const PAGE_SIZE = 100;
const PAYMENT_OF_CHARGE = 'charge.payment_intent';
/** How Stripe says that an id belongs to the other mode. */
const OF_OTHER_MODE = /similar object exists in (live|test) mode/;

/**
 * All that is listed of Stripe to compare it with the books, page by page, newest first: whatever the account has, also
 * of others, but of the mode of the key alone. Changes nothing there. No method may be called inside a transaction.
 * All throw StripeUnavailable and StripeRefused.
 */
export class StripeListings {
  /** Whether real money is listed. */
  readonly livemode: boolean;
  private readonly stripe: Stripe;

  constructor(connection: StripeConnection) {
    this.livemode = isLiveKey(connection.secretKey);
    this.stripe = createStripeClient(connection);
  }

  listPayments(query: ListQuery): Promise<Listed<ListedPayment>> {
    return this.page(
      query,
      (params) => this.stripe.paymentIntents.list(params),
      (intent) => (isOfMode(intent, this.livemode) ? toListedIntent(intent) : undefined),
    );
  }

  /** Checkout sessions that are complete and had nothing to pay: they have no payment intent. */
  listFreeCheckouts(query: ListQuery): Promise<Listed<ListedPayment>> {
    return this.page(
      query,
      (params) => this.stripe.checkout.sessions.list({ ...params, status: 'complete' }),
      (session) => {
        const isFree = session.mode === 'payment' && session.payment_intent === null;
        return isFree && session.livemode === this.livemode ? toListedCheckout(session) : undefined;
      },
    );
  }

  /** Invoices of subscriptions that are paid. */
  listPaidInvoices(query: ListQuery): Promise<Listed<ListedInvoice>> {
    return this.page(
      query,
      (params) => this.stripe.invoices.list({ ...params, status: 'paid', expand: ['data.payments'] }),
      (invoice) => (invoice.livemode === this.livemode ? toListedInvoice(invoice) : undefined),
    );
  }

  listRefunds(query: ListQuery): Promise<Listed<ListedRefund>> {
    return this.page(
      query,
      (params) => this.stripe.refunds.list({ ...params, expand: ['data.payment_intent'] }),
      (refund) => (isOfMode(refund.payment_intent, this.livemode) ? toListedRefund(refund) : undefined),
    );
  }

  listDisputes(query: ListQuery): Promise<Listed<ListedDispute>> {
    return this.page(
      query,
      (params) => this.stripe.disputes.list({ ...params, expand: [`data.${PAYMENT_OF_CHARGE}`] }),
      (dispute) => (dispute.livemode === this.livemode ? toListedDispute(dispute) : undefined),
    );
  }

  /** Subscriptions that go on, whenever they began. */
  listSubscriptions(query: ListQuery): Promise<Listed<ListedSubscription>> {
    return this.page(
      { ...query, from: new Date(0) },
      (params) => this.stripe.subscriptions.list(params),
      (subscription) => (subscription.livemode === this.livemode ? toListedSubscription(subscription) : undefined),
    );
  }

  /** Events that some endpoint has not taken, or not yet. Stripe forgets them after thirty days. */
  listUndelivered(query: ListQuery, about: 'money' | 'invoices'): Promise<Listed<UndeliveredEvent>> {
    const types = about === 'money' ? EVENTS_ABOUT_MONEY : EVENTS_ABOUT_INVOICES;
    return this.page(
      query,
      (params) => this.stripe.events.list({ ...params, delivery_success: false, types: [...types] }),
      (event) => (event.livemode === this.livemode ? toUndelivered(event) : undefined),
    );
  }

  /** The payment as it is now: a payment intent, or a checkout session without one. */
  findPayment(stripeId: string): Promise<Found<ListedPayment>> {
    return stripeId.startsWith('cs_')
      ? this.find(() => this.stripe.checkout.sessions.retrieve(stripeId), toListedCheckout)
      : this.find(() => this.stripe.paymentIntents.retrieve(stripeId), toListedIntent);
  }

  /** One that is not of a plan that is sold here is as good as missing. */
  findInvoice(stripeInvoiceId: string): Promise<Found<ListedInvoice>> {
    const expand = ['payments'];
    return this.find(
      () => this.stripe.invoices.retrieve(stripeInvoiceId, { expand }),
      (invoice) => toListedInvoice(invoice) ?? 'missing',
    );
  }

  findRefund(stripeRefundId: string): Promise<Found<ListedRefund>> {
    const expand = ['payment_intent'];
    return this.find(() => this.stripe.refunds.retrieve(stripeRefundId, { expand }), toListedRefund);
  }

  findDispute(stripeDisputeId: string): Promise<Found<ListedDispute>> {
    const expand = [PAYMENT_OF_CHARGE];
    return this.find(() => this.stripe.disputes.retrieve(stripeDisputeId, { expand }), toListedDispute);
  }

  findSubscription(stripeSubscriptionId: string): Promise<Found<ListedSubscription>> {
    return this.find(() => this.stripe.subscriptions.retrieve(stripeSubscriptionId), toListedSubscription);
  }

  private async page<S extends { id: string; created: number }, T>(
    { from, to, after }: ListQuery,
    list: (params: Stripe.PaginationParams & { created: Stripe.RangeQueryParam }) => Stripe.ApiListPromise<S>,
    map: (object: S) => T | undefined,
  ): Promise<Listed<T>> {
    const created = { gte: Math.floor(from.getTime() / 1000), lte: Math.floor(to.getTime() / 1000) };
    const params = { created, limit: PAGE_SIZE, ...(after !== null && { starting_after: after }) };
    const { data, has_more: hasMore } = await askStripe(() => list(params));
    const last = data.at(-1);
    return {
      data: data.map(map).filter((mapped) => mapped !== undefined),
      next: hasMore && last !== undefined ? last.id : null,
      reachedAt: last === undefined ? null : new Date(last.created * 1000),
    };
  }

  private async find<S, T>(retrieve: () => Promise<S>, map: (object: S) => T): Promise<Found<T>> {
    return askStripe(async () => {
      try {
        return map(await retrieve());
      } catch (error) {
        if (!isMissing(error)) throw error;
        return OF_OTHER_MODE.test(error.message) ? 'of-other-mode' : 'missing';
      }
    });
  }
}

function isMissing(error: unknown): error is Stripe.errors.StripeError {
  return error instanceof Stripe.errors.StripeError && error.code === 'resource_missing';
}
