import type { Tx } from '../database/database.js';
import type { EventCatalogue } from '../outbox/event-types.js';
import type { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { AppliedDispute } from './apply-disputes.js';
import type { AppliedRefund } from './apply-refunds.js';
import { DisputeAnswer, toDisputeAnswer } from './dispute.dto.js';
import { isClosed } from './dispute-lifecycle.js';
import { RefundDetailAnswer, toRefundDetailAnswer } from './refund.dto.js';
import type { Refund } from './refund.entity.js';
import { claimsMoney } from './refund-lifecycle.js';

export const returnsEvents = {
  'refund.created': { data: RefundDetailAnswer, description: 'Money is to go back, whoever asked for it.' },
  'refund.succeeded': { data: RefundDetailAnswer, description: 'The money of a refund has gone back.' },
  'refund.failed': {
    data: RefundDetailAnswer,
    description: 'The money of a refund does not go back, or came back: it failed or was canceled.',
  },
  'dispute.opened': { data: DisputeAnswer, description: 'A bank wants money back, or asks about it.' },
  'dispute.updated': { data: DisputeAnswer, description: 'Something about a dispute has changed.' },
  'dispute.closed': { data: DisputeAnswer, description: 'A dispute was decided, or an inquiry is over.' },
} satisfies Partial<EventCatalogue>;

/** That a refund was recorded, in the transaction that did it. */
export async function tellRefundCreated(tx: Tx, record: RecordDomainEvent, refund: Refund): Promise<void> {
  await record.run(tx, {
    type: 'refund.created',
    accountId: refund.accountId,
    data: toRefundDetailAnswer(refund),
    cause: refund.id,
  });
}

/** That the money of a refund does not go back, in the transaction that has noted it. */
export async function tellRefundFailed(tx: Tx, record: RecordDomainEvent, refund: Refund): Promise<void> {
  await record.run(tx, {
    type: 'refund.failed',
    accountId: refund.accountId,
    data: toRefundDetailAnswer(refund),
    cause: refund.id,
  });
}

/** What has become of the refunds of an order: each was created once, succeeded once and failed once at most. */
export async function tellRefunds(tx: Tx, record: RecordDomainEvent, refunds: readonly AppliedRefund[]): Promise<void> {
  for (const refund of refunds) {
    const { id, accountId, before, status } = refund;
    if (before === undefined) await tellRefundCreated(tx, record, refund);
    if (status === before) continue;
    const data = toRefundDetailAnswer(refund);
    if (status === 'succeeded') await record.run(tx, { type: 'refund.succeeded', accountId, data, cause: id });
    if (!claimsMoney(status)) await tellRefundFailed(tx, record, refund);
  }
}

/** What has become of the disputes of an order. */
export async function tellDisputes(
  tx: Tx,
  record: RecordDomainEvent,
  disputes: readonly AppliedDispute[],
): Promise<void> {
  for (const dispute of disputes) {
    const { accountId, before, status } = dispute;
    const data = toDisputeAnswer(dispute);
    if (before === undefined) await record.run(tx, { type: 'dispute.opened', accountId, data });
    const isNowClosed = isClosed(status) && (before === undefined || !isClosed(before.status));
    if (isNowClosed) await record.run(tx, { type: 'dispute.closed', accountId, data });
    else if (before !== undefined && hasChanged(toDisputeAnswer(before), data))
      await record.run(tx, { type: 'dispute.updated', accountId, data });
  }
}

/** Whether anything differs but when it was looked at. */
function hasChanged(before: DisputeAnswer, after: DisputeAnswer): boolean {
  return JSON.stringify({ ...before, updatedAt: after.updatedAt }) !== JSON.stringify(after);
}
