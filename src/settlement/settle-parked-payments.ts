import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ParkedPaymentsQueries } from '../checkout/payment-links/parked-payments.queries.js';
import { Database } from '../database/database.js';
import { describeError } from '../jobs/describe-error.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { Settlement } from './settlement.js';

const LOOK_EVERY_MS = 15_000;

/** Credits payments of links that were made for nobody, as soon as an account is known for them. */
@Injectable()
export class SettleParkedPayments implements OnModuleInit {
  private readonly log = new Logger(SettleParkedPayments.name);

  constructor(
    private readonly database: Database,
    private readonly parked: ParkedPaymentsQueries,
    private readonly settlement: Settlement,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for accounts of parked payments', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** One that cannot be settled never keeps the others waiting. */
  async run(): Promise<void> {
    for (let after = ''; ; ) {
      const sessions = await this.parked.listAttributable(after);
      for (const session of sessions) await this.settle(session).catch((error: unknown) => this.note(session, error));
      const last = sessions.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  /** @throws StripeUnavailable, StripeRefused */
  async settle(stripeCheckoutSessionId: string): Promise<void> {
    const write = await this.settlement.prepare({ kind: 'checkout-changed', stripeCheckoutSessionId });
    if (write !== undefined) await this.database.transaction(write);
  }

  private note(stripeCheckoutSessionId: string, error: unknown): void {
    this.log.error(`the payment of session ${stripeCheckoutSessionId} is still parked: ${describeError(error)}`);
  }
}
