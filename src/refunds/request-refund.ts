import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { keyDigest } from '../idempotency/idempotency-key.js';
import { reserveKey } from '../idempotency/reserved-keys.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { ReturnPolicy } from '../ledger/decisions/settle-return.js';
import type { Order } from '../orders/order.entity.js';
import { lockOrder } from '../orders/orders.store.js';
import { REFUND_COLUMNS, type Refund, type RefundRow, refundsOf, toRefund } from '../returns/refund.js';
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
 * credits takes them in the same transaction. The same idempotency key answers the same refund. Locks the key, then the
 * account's balance where credits are taken, then the order.
 * @throws OrderNotRefundable, OrderOfOtherMode, RefundExceedsPayment, NothingUnused, IdempotencyKeyReused
 */
@Injectable()
export class RequestRefund {
  constructor(
    private readonly clock: Clock,
    private readonly stripe: StripeReturnsGateway,
    private readonly reserveUnused: ReserveUnused,
  ) {}

  async run(tx: Tx, command: RequestRefundCommand): Promise<{ refund: Refund; isNew: boolean }> {
    const { accountId } = command.order;
    const digest = keyDigest(accountId, command.idempotencyKey);
    const known = await lockKey(tx, accountId, digest);
    if (known !== undefined) {
      if (known.idempotencyFingerprint?.equals(command.fingerprint) !== true) throw new IdempotencyKeyReused();
      return { refund: known, isNew: false };
    }
    this.assertOfThisMode(command.order);
    await reserveKey(tx, { accountId, digest, fingerprint: command.fingerprint }, this.clock.now());
    const refund = await (command.unusedOnly === true
      ? this.reserveUnused.run(tx, command.order, (order, amountMinor) =>
          this.insert(tx, { command, order, amountMinor, digest }),
        )
      : this.record(tx, command, digest));
    await refundQueue.add(tx, refund.id, { delayMs: ASK_AGAIN_AFTER_MS });
    return { refund, isNew: true };
  }

  /** Stripe would refuse it for ever, and a refund that is recorded may have taken credits. */
  private assertOfThisMode({ id: orderId, livemode: orderLivemode }: RequestRefundCommand['order']): void {
    const { livemode: keyLivemode } = this.stripe;
    if (orderLivemode !== keyLivemode) throw new OrderOfOtherMode({ orderId, orderLivemode, keyLivemode });
  }

  private async record(tx: Tx, command: RequestRefundCommand, digest: Buffer): Promise<Refund> {
    const order = await lockOrder(tx, command.order.id);
    const asked = command.amountMinor === undefined ? undefined : BigInt(command.amountMinor);
    const amountMinor = decideRefundAmount(order, await refundsOf(tx, order.id), asked);
    return this.insert(tx, { command, order, amountMinor, digest });
  }

  private async insert(
    tx: Tx,
    {
      command,
      order,
      amountMinor,
      digest,
    }: { command: RequestRefundCommand; order: Order; amountMinor: bigint; digest: Buffer },
  ): Promise<Refund> {
    const now = this.clock.now();
    const [row]: RefundRow[] = await tx.query(
      `insert into refunds (id, order_id, account_id, amount_minor, currency, status, policy, unused_only, reason, actor,
         idempotency_digest, idempotency_fingerprint, created_at, updated_at)
       values ($1, $2, $3, $4, $5, 'requested', $6, $7, $8, $9, $10, $11, $12, $12)
       returning ${REFUND_COLUMNS}`,
      [
        newId('rfd', now),
        order.id,
        order.accountId,
        amountMinor.toString(),
        order.currency,
        command.policy ?? 'debt',
        command.unusedOnly ?? false,
        command.reason ?? null,
        command.actor,
        digest,
        command.fingerprint,
        now,
      ],
    );
    invariant(row !== undefined, 'an insert returns its row');
    return toRefund(row);
  }
}

/** Makes requests with the same key take turns, until the transaction ends, and finds the refund that the key names. */
async function lockKey(tx: Tx, accountId: string, digest: Buffer): Promise<Refund | undefined> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [digest.readBigInt64BE(0).toString()]);
  const [row]: RefundRow[] = await tx.query(
    `select ${REFUND_COLUMNS} from refunds where idempotency_digest = $1 and account_id = $2`,
    [digest, accountId],
  );
  return row === undefined ? undefined : toRefund(row);
}
