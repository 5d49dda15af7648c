import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { StripeGateway } from '../stripe/stripe-gateway.js';

/**
 * Leaves one page open on which an account may begin a subscription, the newest, so that nobody pays for two. Whoever
 * opens one runs it afterwards: of two that were opened at once, one closes the other. Must not be called in a transaction.
 */
@Injectable()
export class ClosePlanPages {
  constructor(
    private readonly database: Database,
    private readonly stripe: StripeGateway,
  ) {}

  async run(accountId: string): Promise<void> {
    const [, ...older] = await this.database.query<{ checkout_session_id: string | null }>(
      `select checkout_session_id
       from orders
       where account_id = $1
         and channel = 'checkout_session'
         and product_snapshot ->> 'kind' = 'plan'
         and status = 'pending'
       order by id desc`,
      [accountId],
    );
    for (const { checkout_session_id: page } of older) if (page !== null) await this.stripe.expireCheckout(page);
  }
}
