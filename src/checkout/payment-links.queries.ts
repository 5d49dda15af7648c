import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { StripeLinkOrigin } from '../stripe/stripe-objects.js';
import { PAYMENT_LINK_COLUMNS, type PaymentLink, type PaymentLinkRow, toPaymentLink } from './payment-link.js';

@Injectable()
export class PaymentLinksQueries {
  constructor(private readonly database: Database) {}

  /** The link of ours that a session was opened from, also when the process died before it noted Stripe's id of it. */
  async find({ stripePaymentLinkId, paymentLinkId }: StripeLinkOrigin): Promise<PaymentLink | undefined> {
    const [row] = await this.database.query<PaymentLinkRow>(
      `select ${PAYMENT_LINK_COLUMNS}
       from payment_links
       where stripe_payment_link_id = $1
          or (id = $2 and stripe_payment_link_id is null)`,
      [stripePaymentLinkId, paymentLinkId],
    );
    return row === undefined ? undefined : toPaymentLink(row);
  }

  async has(paymentLinkId: string): Promise<boolean> {
    const rows = await this.database.query('select from payment_links where id = $1', [paymentLinkId]);
    return rows.length > 0;
  }
}
