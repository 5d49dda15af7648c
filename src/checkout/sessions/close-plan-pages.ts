import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { Order } from '../../orders/order.entity.js';
import { OrdersQueries } from '../../orders/orders.queries.js';
import { abandonOrder, lockOrder } from '../../orders/orders.store.js';
import { StripeBilling } from '../../stripe/billing/billing.gateway.js';
import { StripeGateway } from '../../stripe/selling/selling.gateway.js';
import { AlreadySubscribed } from '../checkout.problems.js';

/**
 * Leaves one page open on which an account may begin a subscription, the newest, so that nobody pays for two. Whoever
 * opens one runs it afterwards: of two that were opened at once, one closes the other. Where one was paid already, and
 * only the news of it is still on its way, the page that was opened now is closed and its order given up. Must not be
 * called in a transaction. @throws AlreadySubscribed, StripeUnavailable, StripeRefused
 */
@Injectable()
export class ClosePlanPages {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly stripe: StripeGateway,
    private readonly billing: StripeBilling,
    private readonly orders: OrdersQueries,
  ) {}

  /** Of the order whose page was opened now. */
  async run({ id, accountId, livemode }: Order): Promise<void> {
    const [, ...older] = await this.orders.waitingForPlans(accountId, livemode);
    for (const { id: olderId, productKey: plan, stripeCheckoutSessionId: page } of older) {
      if (page === null || (await this.stripe.expireCheckout(page)) || olderId === id) continue;
      const subscriptionStatus = await this.statusOfBegun(page);
      if (subscriptionStatus === undefined) continue;
      await this.giveUp(id);
      throw new AlreadySubscribed({ accountId, plan, subscriptionStatus, portalUrl: null });
    }
  }

  /** What the subscription is that was begun on a page; undefined when none was, or it is over. */
  private async statusOfBegun(page: string): Promise<string | undefined> {
    const { stripeSubscriptionId } = await this.stripe.fetchCheckout(page);
    if (stripeSubscriptionId === null) return undefined;
    const subscription = await this.billing.fetchSubscription(stripeSubscriptionId);
    return subscription.endedAt === null ? subscription.status : undefined;
  }

  private async giveUp(orderId: string): Promise<void> {
    const page = await this.database.transaction(async (tx) => {
      const order = await lockOrder(tx, orderId);
      await abandonOrder(tx, order, this.clock.now());
      return order.stripeCheckoutSessionId;
    });
    if (page !== null) await this.stripe.expireCheckout(page);
  }
}
