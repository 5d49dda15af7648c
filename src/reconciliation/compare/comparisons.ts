import { Injectable } from '@nestjs/common';
import { toJsonInteger } from '../../kernel/credits.js';
import type { ListedInvoice } from '../../stripe/listings/listed-invoices.js';
import type { ListedSubscription } from '../../stripe/listings/listed-subscriptions.js';
import type { ListedDispute, ListedPayment, ListedRefund } from '../../stripe/objects/listed-objects.js';
import type { StripeDispute, StripeRefund } from '../../stripe/objects/sale-objects.js';
import { AdoptedPlans, withPlans } from '../../subscriptions/mirror/adopted-plans.js';
import { BookedQueries } from '../books/booked.queries.js';
import { BookedInvoicesQueries } from '../books/booked-invoices.queries.js';
import { BookedSubscriptionsQueries } from '../books/booked-subscriptions.queries.js';
import { compareDispute } from './compare-dispute.js';
import { compareInvoice } from './compare-invoice.js';
import { comparePayment } from './compare-payment.js';
import { compareRefund } from './compare-refund.js';
import { compareSubscription } from './compare-subscription.js';
import type { Look, Side } from './look.js';

/** One thing as Stripe has it; null where Stripe does not know it. */
interface Asked<T> {
  stripeId: string;
  listed: T | null;
}

/** Compares what Stripe says with what the books say, many at once. Reads without locks. */
@Injectable()
export class Comparisons {
  constructor(
    private readonly booked: BookedQueries,
    private readonly bookedInvoices: BookedInvoicesQueries,
    private readonly bookedSubscriptions: BookedSubscriptionsQueries,
    private readonly adoptedPlans: AdoptedPlans,
  ) {}

  async payments(asked: readonly (Asked<ListedPayment> & { accountHint?: string | null })[]): Promise<Look[]> {
    const booked = await this.booked.payments(
      asked.map(({ stripeId, listed, accountHint }) => ({
        stripeId,
        stripePaymentIntentId: listed === null ? stripeId : listed.stripePaymentIntentId,
        orderId: listed?.marker?.orderId ?? null,
        accountId: accountHint ?? null,
      })),
    );
    return pairs(asked, booked).map(([{ stripeId, listed }, books]) => ({
      subject: 'payment',
      stripeId,
      stripePaymentIntentId: listed?.stripePaymentIntentId ?? null,
      ...ownerOf(books),
      stripe: listed === null ? null : sideOf(listed.status, listed.chargedMinor, listed.currency),
      ledger:
        books.orderId === null && !books.hasGrant
          ? null
          : sideOf(books.orderStatus ?? 'granted', books.chargedMinor, books.currency),
      difference: comparePayment(stripeId, listed, books),
    }));
  }

  async invoices(asked: readonly Asked<ListedInvoice>[]): Promise<Look[]> {
    const booked = await this.bookedInvoices.invoices(asked);
    return pairs(asked, booked).map(([{ stripeId, listed }, books]) => ({
      subject: 'invoice',
      stripeId,
      stripePaymentIntentId: listed?.stripePaymentIntentId ?? null,
      ...ownerOf(books),
      stripe: listed === null ? null : sideOf(listed.status, listed.chargedMinor, listed.currency),
      ledger: books.orderStatus === null ? null : sideOf(books.orderStatus, books.chargedMinor, books.currency),
      difference: compareInvoice(stripeId, listed, books),
    }));
  }

  async subscriptions(named: readonly Asked<ListedSubscription>[]): Promise<Look[]> {
    const items = named.flatMap(({ listed }) => listed?.items ?? []);
    const adopted = await this.adoptedPlans.among(items.map(({ stripeProductId }) => stripeProductId));
    const asked = named.map(({ stripeId, listed }) => ({
      stripeId,
      listed: listed && { ...listed, items: withPlans(listed.items, adopted) },
    }));
    const booked = await this.bookedSubscriptions.subscriptions(asked);
    return pairs(asked, booked).map(([{ stripeId, listed }, books]) => ({
      subject: 'subscription',
      stripeId,
      stripePaymentIntentId: null,
      orderId: null,
      accountId: books.accountId,
      stripe: listed === null ? null : sideOf(listed.status, null, null),
      ledger: books.status === null ? null : sideOf(books.status, null, null),
      difference: compareSubscription(stripeId, listed, books),
    }));
  }

  async refunds(asked: readonly Asked<ListedRefund>[]): Promise<Look[]> {
    const booked = await this.booked.refunds(
      asked.map(({ stripeId, listed }) => ({
        ...keyOf(stripeId, listed),
        // A refund that Stripe was never asked for is only known by its id in the books.
        refundId: listed === null ? stripeId : listed.refundId,
      })),
    );
    return pairs(asked, booked).map(([{ stripeId, listed }, books]) => ({
      subject: 'refund',
      stripeId,
      stripePaymentIntentId: listed?.stripePaymentIntentId ?? null,
      ...ownerOf(books),
      stripe: stripeSideOf(listed),
      ledger: books.status === null ? null : sideOf(books.status, books.amountMinor, books.currency),
      difference: compareRefund(stripeId, listed, books),
    }));
  }

  async disputes(asked: readonly Asked<ListedDispute>[]): Promise<Look[]> {
    const booked = await this.booked.disputes(asked.map(({ stripeId, listed }) => keyOf(stripeId, listed)));
    return pairs(asked, booked).map(([{ stripeId, listed }, books]) => ({
      subject: 'dispute',
      stripeId,
      stripePaymentIntentId: listed?.stripePaymentIntentId ?? null,
      ...ownerOf(books),
      stripe: stripeSideOf(listed),
      ledger: books.status === null ? null : sideOf(books.status, books.amountMinor, books.currency),
      difference: compareDispute(stripeId, listed, books),
    }));
  }
}

function keyOf(stripeId: string, listed: ListedRefund | ListedDispute | null) {
  return {
    stripeId,
    stripePaymentIntentId: listed?.stripePaymentIntentId ?? null,
    orderId: listed?.marker?.orderId ?? null,
  };
}

function ownerOf({ orderId, accountId }: { orderId: string | null; accountId: string | null }) {
  return { orderId, accountId };
}

function stripeSideOf(listed: StripeRefund | StripeDispute | null): Side | null {
  return listed === null ? null : sideOf(listed.status, listed.amountMinor, listed.currency);
}

function sideOf(status: string, amountMinor: bigint | null, currency: string | null): Side {
  return { status, amountMinor: amountMinor === null ? null : toJsonInteger(amountMinor), currency };
}

/** Queries return one row for each question, in its order. */
function pairs<A, B>(asked: readonly A[], answered: readonly B[]): [A, B][] {
  return asked.map((one, index) => [one, answered[index] as B]);
}
