import { Injectable } from '@nestjs/common';
import { StripeListings } from '../../stripe/listings/listings.gateway.js';
import type { Listed, ListedPayment } from '../../stripe/objects/listed-objects.js';
import type { Checked } from '../checked.js';
import { Comparisons } from '../compare/comparisons.js';
import type { Look } from '../compare/look.js';
import type { Reconciliation } from '../reconciliation.js';
import type { Phase, Step } from './phase.js';
import { cursorOf, stepBehind } from './stripe-page.js';
import { Suspicions } from './suspicions.js';

/** The phases that read Stripe's lists. */
export type ListedPhase = Extract<
  Phase,
  'payments' | 'free_checkouts' | 'invoices' | 'refunds' | 'disputes' | 'subscriptions'
>;

/** Compares one page of Stripe's lists with the books: what Stripe has and the books do not have, or have otherwise. */
@Injectable()
export class CompareListed {
  constructor(
    private readonly stripe: StripeListings,
    private readonly comparisons: Comparisons,
    private readonly suspicions: Suspicions,
  ) {}

  async step(run: Reconciliation, phase: ListedPhase): Promise<Step> {
    const query = { from: run.from, to: run.to, after: cursorOf(run) };
    switch (phase) {
      case 'payments':
        return this.comparePayments(run, await this.stripe.listPayments(query));
      case 'free_checkouts':
        return this.comparePayments(run, await this.stripe.listFreeCheckouts(query));
      case 'invoices':
        return this.compare(run, await this.stripe.listPaidInvoices(query), {
          idOf: ({ stripeId }) => stripeId,
          look: (asked) => this.comparisons.invoices(asked),
          // An invoice carries no marker of this service: it counts when it is an account's.
          isOwn: ({ accountId }) => accountId !== null,
          counts: 'invoices',
        });
      case 'refunds':
        return this.compare(run, await this.stripe.listRefunds(query), {
          idOf: ({ stripeRefundId }) => stripeRefundId,
          look: (asked) => this.comparisons.refunds(asked),
          isOwn,
          counts: 'refunds',
        });
      case 'disputes':
        return this.compare(run, await this.stripe.listDisputes(query), {
          idOf: ({ stripeDisputeId }) => stripeDisputeId,
          look: (asked) => this.comparisons.disputes(asked),
          isOwn,
          counts: 'disputes',
        });
      case 'subscriptions':
        return this.compare(run, await this.stripe.listSubscriptions(query), {
          idOf: ({ stripeId }) => stripeId,
          look: (asked) => this.comparisons.subscriptions(asked),
          isOwn: ({ accountId }) => accountId !== null,
          counts: 'subscriptions',
        });
    }
  }

  /** One that is not paid is not sighted: whatever was credited for it is asked for by itself. */
  private comparePayments(run: Reconciliation, page: Listed<ListedPayment>): Promise<Step> {
    const paid = { ...page, data: page.data.filter(({ isPaid }) => isPaid) };
    return this.compare(run, paid, {
      idOf: ({ stripeId }) => stripeId,
      look: (asked) => this.comparisons.payments(asked),
      isOwn,
      counts: 'payments',
    });
  }

  private async compare<T>(
    run: Reconciliation,
    page: Listed<T>,
    {
      idOf,
      look,
      isOwn,
      counts,
    }: {
      idOf: (listed: T) => string;
      look: (asked: { stripeId: string; listed: T }[]) => Promise<Look[]>;
      isOwn: (look: Look, listed: T | undefined) => boolean;
      counts: keyof Checked;
    },
  ): Promise<Step> {
    const looks = await look(page.data.map((listed) => ({ stripeId: idOf(listed), listed })));
    const own = looks.filter((one, index) => isOwn(one, page.data[index]));
    return {
      ...stepBehind(run, page),
      checked: { [counts]: own.length },
      write: async (tx) => {
        await this.suspicions.sight(tx, run.id, page.data.map(idOf));
        const suspects = own.filter(({ difference }) => difference !== undefined);
        await this.suspicions.suspect(tx, run.id, suspects);
      },
    };
  }
}

/** Whether it is an order's, or carries the marker of this service. */
function isOwn({ orderId }: Look, listed: { marker: unknown } | undefined): boolean {
  return orderId !== null || listed?.marker !== null;
}
