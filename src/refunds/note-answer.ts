import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { REFUND_COLUMNS, type Refund, type RefundRow, toRefund } from '../returns/refund.js';

export interface NotedAnswer {
  refund: Refund;
  /** Whether this is the first answer; a later one repeats its status. */
  isFirst: boolean;
}

/** Keeps the status with which a request for a refund is answered first, so that a replay can say the same. */
@Injectable()
export class NoteAnswer {
  async run(tx: Tx, refundId: string): Promise<NotedAnswer> {
    const [, answered]: [unknown, number] = await tx.query(
      'update refunds set answered_status = status where id = $1 and answered_status is null',
      [refundId],
    );
    const [row]: RefundRow[] = await tx.query(`select ${REFUND_COLUMNS} from refunds where id = $1`, [refundId]);
    invariant(row !== undefined, `refund ${refundId} is there`);
    return { refund: toRefund(row), isFirst: answered === 1 };
  }
}
