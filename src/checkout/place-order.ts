import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import type { RequestKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites } from '../idempotency/idempotent-writes.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { Order, OrderChannel } from '../orders/order.entity.js';
import { abandonOrder, insertOrder, lockOrder, lockOrderBy } from '../orders/orders.store.js';
import { optionsOf } from '../orders/payment-options.js';
import { newReturnAddresses } from '../orders/return-addresses.js';
import { quoteSale, type Sale, type SaleRequest } from '../orders/sale.js';
import { StripeGateway } from '../stripe/selling/selling.gateway.js';
import { refuseDuplicateSale } from './refuse-duplicate-sale.js';

export interface PlaceOrderCommand extends SaleRequest {
  account: { id: string; email: string | null };
  channel: Exclude<OrderChannel, 'payment_link'>;
  promotionCodes?: boolean;
  savePaymentMethod?: boolean;
  successUrl?: string;
  cancelUrl?: string;
  idempotencyKey: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/**
 * Records what is to be sold, with the product as it is now, before anything is asked of Stripe. The same idempotency
 * key returns the same order. Locks the key. @throws ProductNotFound, ProductNotForSale, CurrencyNotOffered,
 * AlreadySubscribed, AlreadyEntitled, IdempotencyKeyReused, ValidationFailed
 */
@Injectable()
export class PlaceOrder {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly clock: Clock,
    private readonly stripe: StripeGateway,
    private readonly writes: IdempotentWrites,
  ) {}

  async run(tx: Tx, command: PlaceOrderCommand): Promise<Order> {
    const { account, idempotencyKey, fingerprint } = command;
    const { row } = await this.writes.makeRow(
      tx,
      { accountId: account.id, key: idempotencyKey, fingerprint },
      {
        find: ({ accountId, digest }) => lockOrderBy(tx, { accountId, idempotencyDigest: digest }),
        giveUp: (order) => this.giveUp(tx, order),
        make: (key) => this.insert(tx, command, key),
      },
    );
    return row;
  }

  private async insert(tx: Tx, command: PlaceOrderCommand, key: RequestKey | undefined): Promise<Order> {
    const { account, channel, promotionCodes, savePaymentMethod } = command;
    const { publicUrl } = this.runtime;
    const now = this.clock.now();
    const id = newId('ord', now);
    const ownPages = newReturnAddresses(publicUrl, id);
    const asked = await quoteSale(tx, command, this.config.defaultCurrency);
    const { livemode } = this.stripe;
    assertSavedApart(asked, command);
    const asks = { channel, promotionCodes, savePaymentMethod, receiptEmail: account.email };
    const sale = await refuseDuplicateSale(tx, asked, { accountId: account.id, livemode, now });
    const order = {
      id,
      accountId: account.id,
      channel,
      sale,
      options: optionsOf(this.config.checkout, asks),
      livemode,
      successUrl: command.successUrl ?? ownPages.successUrl,
      cancelUrl: command.cancelUrl ?? ownPages.cancelUrl,
      idempotency: key,
    };
    await insertOrder(tx, order, now);
    return lockOrder(tx, id);
  }

  /** An order of which Stripe, and so Scrip, gave no answer frees its key for another request. */
  private async giveUp(tx: Tx, order: Order): Promise<boolean> {
    if (order.unansweredAt === null) return false;
    await abandonOrder(tx, order, this.clock.now());
    return true;
  }
}

/** What a plan is paid with is kept for its next periods, whether or not somebody asks for it. */
function assertSavedApart({ product }: Sale, { savePaymentMethod = false }: PlaceOrderCommand): void {
  if (savePaymentMethod && product.kind === 'plan')
    throw ValidationFailed.at('/savePaymentMethod', 'must be left out for a plan, which keeps what it is paid with');
}
