import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { Tx } from '../../database/database.js';
import { keyOfRow, type RequestKey } from '../../idempotency/idempotency-key.js';
import { IdempotentWrites } from '../../idempotency/idempotent-writes.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { optionsOf } from '../../orders/payment-options.js';
import { quoteSale, type SaleRequest } from '../../orders/sale.js';
import { StripeGateway } from '../../stripe/selling/selling.gateway.js';
import type { PaymentLink } from './payment-link.entity.js';
import { abandonPaymentLink, insertPaymentLink, lockPaymentLinkByKey } from './payment-links.store.js';

export interface PlacePaymentLinkCommand extends Omit<SaleRequest, 'channel'> {
  accountId: string | null;
  promotionCodes?: boolean;
  idempotencyKey: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/**
 * Records what a link is to sell, with the product as it is now, before anything is asked of Stripe. The same
 * idempotency key returns the same link. Locks the key. @throws ProductNotFound, ProductNotForSale, CurrencyNotOffered,
 * IdempotencyKeyReused
 */
@Injectable()
export class PlacePaymentLink {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly stripe: StripeGateway,
    private readonly writes: IdempotentWrites,
  ) {}

  async run(tx: Tx, command: PlacePaymentLinkCommand): Promise<PaymentLink> {
    const { idempotencyKey: key, fingerprint } = command;
    const { row } = await this.writes.makeRow(
      tx,
      { accountId: command.accountId ?? '', key, fingerprint },
      {
        find: ({ digest }) => lockPaymentLinkByKey(tx, digest),
        giveUp: (link) => this.giveUp(tx, link),
        make: (requestKey) => this.insert(tx, command, requestKey),
      },
    );
    return row;
  }

  private async insert(tx: Tx, command: PlacePaymentLinkCommand, key: RequestKey | undefined): Promise<PaymentLink> {
    const { accountId, promotionCodes } = command;
    const sale = await quoteSale(tx, { ...command, channel: 'payment_link' }, this.config.defaultCurrency);
    const asked = { channel: 'payment_link', promotionCodes, receiptEmail: null } as const;
    const now = this.clock.now();
    const link = {
      id: newId('lnk', now),
      accountId,
      sale,
      options: optionsOf(this.config.checkout, asked),
      ...keyOfRow(key),
      livemode: this.stripe.livemode,
    };
    return insertPaymentLink(tx, link, now);
  }

  /** A link of which Stripe, and so Scrip, gave no answer frees its key for another request. */
  private async giveUp(tx: Tx, link: PaymentLink): Promise<boolean> {
    if (link.unansweredAt === null) return false;
    await abandonPaymentLink(tx, link, this.clock.now());
    return true;
  }
}
