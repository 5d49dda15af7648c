import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import type { StripeLinkOrigin } from '../../stripe/objects/sale-objects.js';
import { PaymentLinkNotFound } from '../checkout.problems.js';
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

  /** One that somebody was given the address of. @throws PaymentLinkNotFound */
  async require(paymentLinkId: string): Promise<PaymentLink> {
    const [row] = await this.database.query<PaymentLinkRow>(
      `select ${PAYMENT_LINK_COLUMNS} from payment_links where id = $1 and url is not null`,
      [paymentLinkId],
    );
    if (row === undefined) throw new PaymentLinkNotFound({ paymentLinkId });
    return toPaymentLink(row);
  }

  /** Links that somebody was given the address of, newest first, by their sortable ids; of one account, or of all. */
  async list<T>(page: PageQuery & { accountId?: string }, map: (link: PaymentLink) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^lnk_[0-9a-z]{26}$/);
    const rows = await this.database.query<PaymentLinkRow>(
      `select ${PAYMENT_LINK_COLUMNS}
       from payment_links
       where url is not null
         and ($1::text is null or account_id = $1)
         and ($2::text is null or id < $2)
       order by id desc
       limit $3`,
      [page.accountId ?? null, after ?? null, page.limit + 1],
    );
    return pageOf(rows.map(toPaymentLink), page.limit, (link) => link.id, map);
  }

  async has(paymentLinkId: string): Promise<boolean> {
    const rows = await this.database.query('select from payment_links where id = $1', [paymentLinkId]);
    return rows.length > 0;
  }
}
