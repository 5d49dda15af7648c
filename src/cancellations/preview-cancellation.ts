import { Injectable } from '@nestjs/common';
import { RefundPreview } from '../refunds/refund-preview.js';
import { OrderNotRefundable } from '../refunds/refunds.problems.js';
import type { RefundOffer } from '../refunds/unused.js';
import { PreviewEnd, type PreviewedEnd } from '../subscriptions/changes/preview-end.js';

/** What a refund of an order's unused credits would come to, before they lapse. */
export interface OfferedRefund extends Pick<RefundOffer, 'unusedCredits' | 'refundableMinor'> {
  orderId: string;
}

export interface PreviewedCancellation extends PreviewedEnd {
  refunds: OfferedRefund[];
}

/**
 * Says what a cancellation would take from an account, and what of its money could go back before. Changes nothing.
 * @throws SubscriptionNotFound, SubscriptionEnded
 */
@Injectable()
export class PreviewCancellation {
  constructor(
    private readonly previewEnd: PreviewEnd,
    private readonly refundPreview: RefundPreview,
  ) {}

  async run(accountId: string, how: { now: boolean }): Promise<PreviewedCancellation> {
    const end = await this.previewEnd.run(accountId, how);
    const offers = await Promise.all(end.orderIds.map((orderId) => this.offerOf(orderId)));
    return { ...end, refunds: offers.filter((offer) => offer !== undefined) };
  }

  /** Undefined for what was not paid, or has gone back. */
  private async offerOf(orderId: string): Promise<OfferedRefund | undefined> {
    try {
      const { unusedCredits, refundableMinor } = await this.refundPreview.of(orderId);
      return refundableMinor === 0n ? undefined : { orderId, unusedCredits, refundableMinor };
    } catch (error) {
      if (error instanceof OrderNotRefundable) return undefined;
      throw error;
    }
  }
}
