import { Injectable } from '@nestjs/common';
import type { Fact } from '../stripe/events/facts.js';
import { CatalogFacts } from './catalog-facts.js';
import { CustomerFacts } from './customer-facts.js';
import { PaymentFacts } from './payment-facts.js';
import { PaymentNow } from './payment-now.js';
import { ReturnFacts } from './return-facts.js';
import type { SettlementWrite } from './settlement-write.js';
import { SubscriptionFacts } from './subscription-facts.js';

/**
 * Turns facts of Stripe into verbs of the other rooms. What a fact is about is fetched anew, before any transaction;
 * what was fetched wins over what any event said, so events may come late, twice, out of order and at once.
 *
 * Every method fetches and returns the write that follows, or undefined when what it is about belongs to no order and
 * no account here. None may be called in a transaction. All throw StripeUnavailable and StripeRefused.
 */
@Injectable()
export class Settlement {
  constructor(
    private readonly payments: PaymentFacts,
    private readonly returns: ReturnFacts,
    private readonly customers: CustomerFacts,
    private readonly catalog: CatalogFacts,
    private readonly paymentNow: PaymentNow,
    private readonly subscriptions: SubscriptionFacts,
  ) {}

  async prepare(fact: Fact): Promise<SettlementWrite | undefined> {
    switch (fact.kind) {
      case 'checkout-changed':
        return this.payments.checkoutChanged(fact.stripeCheckoutSessionId);
      case 'payment-changed':
        return this.payments.paymentChanged(fact.stripePaymentIntentId, fact.orderId);
      case 'refund-changed':
        return this.returns.refundChanged(fact.stripeRefundId);
      case 'charge-refunded':
        return this.returns.chargeRefunded(fact.stripeChargeId);
      case 'dispute-changed':
        return this.returns.disputeChanged(fact.stripeDisputeId);
      case 'fraud-warned':
        return this.returns.fraudWarned(fact.stripeFraudWarningId);
      case 'customer-changed':
        return this.customers.customerChanged(fact.stripeCustomerId);
      case 'product-changed':
        return this.catalog.productChanged(fact.productKey);
      case 'subscription-changed':
        return this.subscriptions.subscriptionChanged(fact.stripeSubscriptionId);
      case 'invoice-changed':
        return this.subscriptions.invoiceChanged(fact.stripeInvoiceId, fact.asksForAction);
      case 'trial-ending':
        return this.subscriptions.trialEnding(fact.stripeSubscriptionId);
      case 'renewal-coming':
        return this.subscriptions.renewalComing(fact.stripeSubscriptionId);
      case 'ignored':
        return undefined;
    }
  }

  /** What Stripe says of a payment now: that it is paid, and all that took money of it back. */
  preparePayment(stripePaymentIntentId: string): Promise<SettlementWrite | undefined> {
    return this.paymentNow.prepare(stripePaymentIntentId);
  }

  /** What Stripe says of a refund now, and of the others of its payment. */
  prepareRefund(stripeRefundId: string): Promise<SettlementWrite | undefined> {
    return this.returns.refundChanged(stripeRefundId);
  }

  /** What Stripe says of a dispute now. */
  prepareDispute(stripeDisputeId: string): Promise<SettlementWrite | undefined> {
    return this.returns.disputeChanged(stripeDisputeId);
  }
}
