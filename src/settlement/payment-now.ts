import { Injectable } from '@nestjs/common';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import { PaymentFacts } from './payment-facts.js';
import { NOT_KNOWN_YET, PaymentOwners } from './payment-owners.js';
import { SettleOrPark } from './settle-or-park.js';
import type { SettlementWrite } from './settlement-write.js';
import { SubscriptionFacts } from './subscription-facts.js';

/** Everything about one payment as Stripe has it now, for whoever heard of it without an event. */
@Injectable()
export class PaymentNow {
  constructor(
    private readonly owners: PaymentOwners,
    private readonly stripe: StripeReturnsGateway,
    private readonly payments: PaymentFacts,
    private readonly settleOrPark: SettleOrPark,
    private readonly subscriptions: SubscriptionFacts,
  ) {}

  /** Grant and returns are one write. Undefined when the payment is for no order here. */
  async prepare(stripePaymentIntentId: string): Promise<SettlementWrite | undefined> {
    const owner = await this.owners.find(stripePaymentIntentId);
    if (owner === undefined) return undefined;
    const write =
      owner === NOT_KNOWN_YET
        ? ((await this.payments.pagePaid(stripePaymentIntentId)) ??
          (await this.subscriptions.paymentPaid(stripePaymentIntentId)))
        : await this.payments.paymentChanged(stripePaymentIntentId, owner.id);
    if (write === undefined) return undefined;
    const returns = await this.stripe.fetchReturns(stripePaymentIntentId);
    return async (tx) => {
      await write(tx);
      await this.settleOrPark.run(tx, stripePaymentIntentId, returns);
    };
  }
}
