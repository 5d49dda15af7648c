import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import { StripeRefused } from '../stripe/client/stripe.problems.js';
import { StripePortal } from '../stripe/customers/portal.gateway.js';
import { Customers } from './customers.js';
import { SetUpPortal } from './set-up-portal.js';

/**
 * Opens the page on which a customer changes plan, card and address, or cancels, and tells so. Must not be called in a
 * transaction. @throws AccountNotFound, StripeUnavailable, StripeRefused
 */
@Injectable()
export class OpenPortal {
  constructor(
    private readonly database: Database,
    private readonly customers: Customers,
    private readonly setUpPortal: SetUpPortal,
    private readonly stripe: StripePortal,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(accountId: string, returnUrl: string): Promise<string> {
    const url = await this.open(accountId, returnUrl);
    await this.database.transaction((tx) =>
      this.record.run(tx, { type: 'portal.opened', accountId, data: { accountId } }),
    );
    return url;
  }

  private async open(accountId: string, returnUrl: string): Promise<string> {
    try {
      return await this.openWith(await this.setUpPortal.run(), accountId, returnUrl);
    } catch (error) {
      if (!(error instanceof StripeRefused) || !error.isAbout('configuration')) throw error;
      return this.openWith(await this.setUpPortal.run({ isGone: true }), accountId, returnUrl);
    }
  }

  private openWith(stripeConfigurationId: string, accountId: string, returnUrl: string): Promise<string> {
    return this.customers.use(accountId, (stripeCustomerId) =>
      this.stripe.open({ stripeCustomerId, stripeConfigurationId, returnUrl }),
    );
  }
}
