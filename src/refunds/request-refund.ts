import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { keyOfRow, type RequestKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites } from '../idempotency/idempotent-writes.js';
import { Clock } from '../kernel/clock.js';
import type { ReturnPolicy } from '../ledger/decisions/reach-target.js';
import type { Order } from '../orders/order.entity.js';
import { lockOrder } from '../orders/orders.store.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { Refund } from '../returns/refund.entity.js';
import { findRefundByKey, insertRefund, lockRefundsOf } from '../returns/refunds.store.js';
import { tellRefundCreated } from '../returns/returns.events.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import { refundQueue } from './queue.js';
import { decideRefundAmount } from './refundable.js';
import { OrderOfOtherMode } from './refunds.problems.js';
import { ReserveUnused } from './reserve-unused.js';

export interface RequestRefundCommand {
  order: Pick<Order, 'id' | 'accountId' | 'livemode'>;
  /** Minor units; all that is left when absent. */
  amountMinor?: number;
  /** Refunds what of the purchase is unused, instead of an amount, and takes its credits at once. */
  unusedOnly?: boolean;
  policy?: ReturnPolicy;
  reason?: string;
  /** The id of the key that asks. */
  actor: string;
  idempotencyKey: string;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/** How long the request itself has to ask Stripe, before a job does. */
const ASK_AGAIN_AFTER_MS = 60_000;

/**
 * Records a refund before Stripe is asked, with a job that asks should this process die. What is only for unused
 * credits takes them in the same transaction. The same idempotency key names the same refund. Locks the key, then the
 * account's balance where credits are taken, then the order.
 * @throws OrderNotRefundable, OrderOfOtherMode, RefundExceedsPayment, NothingUnused, IdempotencyKeyReused
 */
@Injectable()
export class RequestRefund {
  constructor(
    private readonly clock: Clock,
    private readonly stripe: StripeReturnsGateway,
    private readonly reserveUnused: ReserveUnused,
    private readonly writes: IdempotentWrites,
    private readonly domainEvents: RecordDomainEvent,
  ) {}

  async run(tx: Tx, command: RequestRefundCommand): Promise<{ refund: Refund; isNew: boolean }> {
    const { order, idempotencyKey: key, fingerprint } = command;
    const { row, isNew } = await this.writes.makeRow(
      tx,
      { accountId: order.accountId, key, fingerprint },
      {
        find: ({ accountId, digest }) => findRefundByKey(tx, accountId, digest),
        make: (requestKey) => this.record(tx, command, requestKey),
      },
    );
    return { refund: row, isNew };
  }

  private async record(tx: Tx, command: RequestRefundCommand, key: RequestKey | undefined): Promise<Refund> {
    this.assertOfThisMode(command.order);
    const insert = (order: Order, amountMinor: bigint) => this.insert(tx, { command, order, amountMinor, key });
    const refund = await (command.unusedOnly === true
      ? this.reserveUnused.run(tx, command.order, insert)
      : this.recordAmount(tx, command, insert));
    await refundQueue.add(tx, refund.id, { delayMs: ASK_AGAIN_AFTER_MS });
    return refund;
  }

  /** Stripe would refuse it for ever, and a refund that is recorded may have taken credits. */
  private assertOfThisMode({ id: orderId, livemode: orderLivemode }: RequestRefundCommand['order']): void {
    const { livemode: keyLivemode } = this.stripe;
    if (orderLivemode !== keyLivemode) throw new OrderOfOtherMode({ orderId, orderLivemode, keyLivemode });
  }

  private async recordAmount(
    tx: Tx,
    command: RequestRefundCommand,
    insert: (order: Order, amountMinor: bigint) => Promise<Refund>,
  ): Promise<Refund> {
    const order = await lockOrder(tx, command.order.id);
    const asked = command.amountMinor === undefined ? undefined : BigInt(command.amountMinor);
    const amountMinor = decideRefundAmount(order, await lockRefundsOf(tx, order.id), asked);
    return insert(order, amountMinor);
  }

  private async insert(
    tx: Tx,
    {
      command,
      order,
      amountMinor,
      key,
    }: { command: RequestRefundCommand; order: Order; amountMinor: bigint; key: RequestKey | undefined },
  ): Promise<Refund> {
    const { policy = 'debt', unusedOnly = false, reason = null, actor } = command;
    const { id: orderId, accountId, currency } = order;
    const refund = await insertRefund(
      tx,
      {
        ...{ orderId, accountId, amountMinor, currency, status: 'requested', policy, unusedOnly, reason, actor },
        ...keyOfRow(key),
      },
      this.clock.now(),
    );
    await tellRefundCreated(tx, this.domainEvents, refund);
    return refund;
  }
}
