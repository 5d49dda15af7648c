import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { before, given } from '../../database/conditions.js';
import { Database } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import type { StripeLinkOrigin } from '../../stripe/objects/sale-objects.js';
import { PaymentLinkNotFound } from '../checkout.problems.js';
import { PaymentLink } from './payment-link.entity.js';

@Injectable()
export class PaymentLinksQueries {
  constructor(private readonly database: Database) {}

  private get manager() {
    return this.database.dataSource.manager;
  }

  /** The link that a session was opened from, also when the process died before it stored Stripe's id of it. */
  async find({ stripePaymentLinkId, paymentLinkId: id }: StripeLinkOrigin): Promise<PaymentLink | undefined> {
    const named = id === null ? [] : [{ id, stripePaymentLinkId: IsNull() }];
    return (await this.manager.findOneBy(PaymentLink, [{ stripePaymentLinkId }, ...named])) ?? undefined;
  }

  /** One that somebody was given the address of. @throws PaymentLinkNotFound */
  async require(paymentLinkId: string): Promise<PaymentLink> {
    const link = await this.manager.findOneBy(PaymentLink, { id: paymentLinkId, url: Not(IsNull()) });
    if (link === null) throw new PaymentLinkNotFound({ paymentLinkId });
    return link;
  }

  /** Links that somebody was given the address of, newest first, by their sortable ids; of one account, or of all. */
  async list<T>(page: PageQuery & { accountId?: string }, map: (link: PaymentLink) => T): Promise<Page<T>> {
    const links = await this.manager.find(PaymentLink, {
      where: {
        url: Not(IsNull()),
        ...given<PaymentLink>({
          accountId: page.accountId,
          id: before(cursorKeyOf(page, /^lnk_[0-9a-z]{26}$/)),
        }),
      },
      order: { id: 'desc' },
      take: page.limit + 1,
    });
    return pageOf(links, page.limit, (link) => link.id, map);
  }

  has(paymentLinkId: string): Promise<boolean> {
    return this.manager.existsBy(PaymentLink, { id: paymentLinkId });
  }
}
