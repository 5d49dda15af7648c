import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { Tx } from '../../database/database.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { keyDigest } from '../../idempotency/idempotency-key.js';
import { reserveKey } from '../../idempotency/reserved-keys.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { optionsOf } from '../../orders/payment-options.js';
import { quoteSale, type SaleRequest } from '../../orders/sale.js';
import { StripeGateway } from '../../stripe/selling/selling.gateway.js';
import { PaymentLink } from './payment-link.entity.js';
import { abandonPaymentLink, insertPaymentLink } from './payment-links.store.js';

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
  ) {}

  async run(tx: Tx, command: PlacePaymentLinkCommand): Promise<PaymentLink> {
    const { idempotencyKey, fingerprint } = command;
    const accountId = command.accountId ?? '';
    const digest = idempotencyKey === undefined ? null : keyDigest(accountId, idempotencyKey);
    if (digest !== null) {
      const known = await lockKey(tx, digest);
      if (known?.idempotencyFingerprint?.equals(fingerprint) === true) return known;
      if (known !== undefined) await this.freeKey(tx, known);
      await reserveKey(tx, { accountId, digest, fingerprint }, this.clock.now());
    }
    return this.insert(tx, command, digest);
  }

  private async insert(tx: Tx, command: PlacePaymentLinkCommand, digest: Buffer | null): Promise<PaymentLink> {
    const { accountId, promotionCodes, fingerprint } = command;
    const sale = await quoteSale(tx, { ...command, channel: 'payment_link' }, this.config.defaultCurrency);
    const asked = { channel: 'payment_link', promotionCodes, receiptEmail: null } as const;
    const now = this.clock.now();
    const link = {
      id: newId('lnk', now),
      accountId,
      sale,
      options: optionsOf(this.config.checkout, asked),
      idempotencyDigest: digest,
      idempotencyFingerprint: digest === null ? null : fingerprint,
      livemode: this.stripe.livemode,
    };
    return insertPaymentLink(tx, link, now);
  }

  /** A link of which Stripe, and so Scrip, gave no answer frees its key for another request. */
  private async freeKey(tx: Tx, link: PaymentLink): Promise<void> {
    if (link.unansweredAt === null) throw new IdempotencyKeyReused();
    await abandonPaymentLink(tx, link, this.clock.now());
  }
}

/** Makes requests with the same key take turns, until the transaction ends, and finds the link that the key names. */
async function lockKey(tx: Tx, digest: Buffer): Promise<PaymentLink | undefined> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [digest.readBigInt64BE(0).toString()]);
  const link = await tx.findOne(PaymentLink, {
    where: { idempotencyDigest: digest },
    lock: { mode: 'pessimistic_write' },
  });
  return link ?? undefined;
}
