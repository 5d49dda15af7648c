import { Injectable } from '@nestjs/common';
import { invariant } from '../kernel/invariant.js';
import { SettleReturns } from '../returns/settle-returns.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';
import { StripeReturnsGateway } from '../stripe/returns/returns.gateway.js';
import { NOT_KNOWN_YET, PaymentOwners } from './payment-owners.js';
import { SettleOrPark } from './settle-or-park.js';
import type { SettlementWrite } from './settlement-write.js';

/**
 * Facts about money that went back, or may: fetches what they are about, and returns the write that follows; undefined
 * when the payment is for no order here. A fact whose order is not known yet is parked with its payment.
 */
@Injectable()
export class ReturnFacts {
  constructor(
    private readonly owners: PaymentOwners,
    private readonly stripe: StripeReturnsGateway,
    private readonly settleReturns: SettleReturns,
    private readonly settleOrPark: SettleOrPark,
  ) {}

  /** All refunds of a payment. The one that the fact is about must be among them, else the list is out of date. */
  async refundChanged(stripeRefundId: string): Promise<SettlementWrite | undefined> {
    const stripePaymentIntentId = await this.stripe.fetchPaymentOfRefund(stripeRefundId);
    if (stripePaymentIntentId === null) return undefined;
    const refunds = await this.stripe.listRefunds(stripePaymentIntentId);
    invariant(
      refunds.some((refund) => refund.stripeRefundId === stripeRefundId),
      `refund ${stripeRefundId} is among those of payment ${stripePaymentIntentId}`,
    );
    return this.settle(stripePaymentIntentId, { refunds });
  }

  /** A charge says how much went back of it in all: a check of the refunds, and no refund of its own. */
  async chargeRefunded(stripeChargeId: string): Promise<SettlementWrite | undefined> {
    const { stripePaymentIntentId, refundedMinor } = await this.stripe.fetchCharge(stripeChargeId);
    if (stripePaymentIntentId === null) return undefined;
    const refunds = await this.stripe.listRefunds(stripePaymentIntentId);
    const listedMinor = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    invariant(listedMinor >= refundedMinor, `the refunds of charge ${stripeChargeId} are all listed`);
    return this.settle(stripePaymentIntentId, { refunds });
  }

  async disputeChanged(stripeDisputeId: string): Promise<SettlementWrite | undefined> {
    const dispute = await this.stripe.fetchDispute(stripeDisputeId);
    return this.settle(dispute.stripePaymentIntentId, { disputes: [dispute] });
  }

  async fraudWarned(stripeFraudWarningId: string): Promise<SettlementWrite | undefined> {
    const warning = await this.stripe.fetchFraudWarning(stripeFraudWarningId);
    return this.settle(warning.stripePaymentIntentId, { warnings: [warning] });
  }

  private async settle(
    stripePaymentIntentId: string | null,
    returns: Partial<StripeReturns>,
  ): Promise<SettlementWrite | undefined> {
    const owner = stripePaymentIntentId === null ? undefined : await this.owners.find(stripePaymentIntentId);
    if (owner === undefined || stripePaymentIntentId === null) return undefined;
    if (owner === NOT_KNOWN_YET) return (tx) => this.settleOrPark.run(tx, stripePaymentIntentId, returns);
    const { id: orderId, accountId } = owner;
    return (tx) => this.settleReturns.run(tx, { orderId, accountId, stripePaymentIntentId, ...returns });
  }
}
