import { Injectable } from '@nestjs/common';
import { findAccount } from '../accounts/accounts.queries.js';
import type { Tx } from '../database/database.js';
import { findOrder } from '../orders/orders.queries.js';
import { ChangeTopUps } from './change-top-ups.js';
import { topUpQueue } from './queue.js';
import { changeAttempt, countLatePayment, findAttemptOfOrder } from './top-ups.store.js';

/**
 * What the payment of an order says of the account's top-ups. To be run in the transaction that has settled the order.
 * Locks the account's row of `auto_top_ups`, after the order.
 */
@Injectable()
export class FollowPayment {
  constructor(private readonly changeTopUps: ChangeTopUps) {}

  /** Something has become of a payment. Of an attempt's the rest is asked for by its job. */
  async changed(tx: Tx, orderId: string): Promise<void> {
    const attempt = await findAttemptOfOrder(tx, orderId);
    if (attempt === null) return;
    if (attempt.endedAt === null) return topUpQueue.add(tx, attempt.accountId);
    const order = await findOrder(tx, orderId);
    if (order !== undefined && order.chargedMinor !== null) await countLatePayment(tx, orderId);
  }

  /**
   * Money may have gone back. A refund of a top-up stops them, once for each sum that goes back, and so does whatever
   * keeps the account from being charged off session.
   */
  async returned(tx: Tx, { id: orderId, accountId }: { id: string; accountId: string }): Promise<void> {
    const [account, attempt, order] = [
      await findAccount(tx, accountId),
      await findAttemptOfOrder(tx, orderId),
      await findOrder(tx, orderId),
    ];
    const returnedMinor = order === undefined ? 0n : order.refundedMinor + order.disputedMinor;
    const grows = attempt !== null && returnedMinor > attempt.returnedMinor;
    if (grows) await changeAttempt(tx, attempt.id, { returnedMinor });
    const because = account?.offSessionStop ?? (grows ? 'refund' : undefined);
    if (because !== undefined) await this.changeTopUps.run(tx, accountId, 'stopped', { because });
  }
}
