import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { StripeBilling } from '../stripe/billing/billing.gateway.js';
import { AnnounceBilling } from '../subscriptions/announce-billing.js';
import { type Billing, BillingNow } from '../subscriptions/billing-now.js';
import { SettleInvoices } from './settle-invoices.js';
import type { SettlementWrite } from './settlement-write.js';

/** Facts about subscriptions and their invoices; undefined when the subscription is no account's. */
@Injectable()
export class SubscriptionFacts {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly billingNow: BillingNow,
    private readonly settleInvoices: SettleInvoices,
    private readonly announce: AnnounceBilling,
  ) {}

  /** The subscription itself: what it opens. Credits come with its paid invoices alone. */
  async subscriptionChanged(stripeSubscriptionId: string): Promise<SettlementWrite | undefined> {
    return this.settle(await this.billingNow.fetch(stripeSubscriptionId));
  }

  /** A paid invoice is settled together with all others that are paid: what it gives depends on them. */
  async invoiceChanged(stripeInvoiceId: string, asksForAction: boolean): Promise<SettlementWrite | undefined> {
    const invoice = await this.stripe.fetchInvoice(stripeInvoiceId);
    if (invoice === undefined) return undefined;
    const { stripeSubscriptionId } = invoice;
    if (invoice.status === 'paid') return this.settle(await this.billingNow.fetchAll(stripeSubscriptionId));
    const billing = await this.billingNow.fetch(stripeSubscriptionId);
    return this.settle(billing, (tx, of) => this.announce.failed(tx, of, { invoice, asksForAction }));
  }

  async trialEnding(stripeSubscriptionId: string): Promise<SettlementWrite | undefined> {
    const billing = await this.billingNow.fetch(stripeSubscriptionId);
    return this.settle(billing, (tx, of) => this.announce.trialEnding(tx, of));
  }

  async renewalComing(stripeSubscriptionId: string): Promise<SettlementWrite | undefined> {
    const billing = await this.billingNow.fetch(stripeSubscriptionId);
    return this.settle(billing, (tx, of) => this.announce.renewalComing(tx, of));
  }

  /** The payment of an invoice, for whoever heard of it without the invoice's event. */
  async paymentPaid(stripePaymentIntentId: string): Promise<SettlementWrite | undefined> {
    const stripeSubscriptionId = await this.stripe.findSubscriptionOf(stripePaymentIntentId);
    if (stripeSubscriptionId === null) return undefined;
    return this.settle(await this.billingNow.fetchAll(stripeSubscriptionId));
  }

  private async settle(
    billing: Billing | undefined,
    announce?: (tx: Tx, billing: Billing) => Promise<void>,
  ): Promise<SettlementWrite | undefined> {
    if (billing === undefined) return undefined;
    const write = await this.settleInvoices.prepare(billing);
    return async (tx) => {
      await write(tx);
      await announce?.(tx, billing);
    };
  }
}
