import type Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { askStripe } from '../client/ask-stripe.js';
import { createOnce } from '../client/create-once.js';
import { ORDER_ID, REFUND_ID } from '../client/metadata-keys.js';
import { createStripeClient, isLiveKey } from '../client/stripe-client.js';
import { toDispute } from '../objects/dispute-mapper.js';
import { toFraudWarning, toRefund } from '../objects/sale-mappers.js';
import type {
  NewEvidence,
  NewRefund,
  StripeDispute,
  StripeFraudWarning,
  StripeRefund,
  StripeReturns,
} from '../objects/sale-objects.js';
import { evidenceParams } from './evidence-params.js';

const PAGE = { limit: 100 };

/** What a charge says of itself. */
export interface StripeCharge {
  stripePaymentIntentId: string | null;
  /** All that ever went back by refunds and did not come back. */
  refundedMinor: bigint;
}

/**
 * All that is asked of Stripe about money that goes back: refunds, disputes, warnings of fraud. As with
 * `StripeGateway`, asking again never does it twice, and no method may be called inside a transaction. All throw
 * StripeUnavailable and StripeRefused.
 */
export class StripeReturnsGateway {
  /** Whether real money moves. */
  readonly livemode: boolean;
  private readonly stripe: Stripe;

  constructor(connection: StripeConnection) {
    this.livemode = isLiveKey(connection.secretKey);
    this.stripe = createStripeClient(connection);
  }

  /**
   * Gives money back. Asked again for the same refund, it returns the first response, which may be out of date by then.
   */
  async createRefund({ refundId, orderId, stripePaymentIntentId, amountMinor }: NewRefund): Promise<StripeRefund> {
    const refund = await createOnce({
      idempotencyKey: `refund:${refundId}`,
      create: (idempotencyKey) =>
        this.stripe.refunds.create(
          {
            payment_intent: stripePaymentIntentId,
            amount: Number(amountMinor),
            metadata: { [REFUND_ID]: refundId, [ORDER_ID]: orderId },
          },
          { idempotencyKey },
        ),
      find: async () => {
        const { data } = await this.stripe.refunds.list({ payment_intent: stripePaymentIntentId, ...PAGE });
        return data.find(({ metadata }) => metadata?.[REFUND_ID] === refundId);
      },
    });
    return toRefund(refund);
  }

  /** All refunds of a payment, whoever made them. */
  async listRefunds(stripePaymentIntentId: string): Promise<StripeRefund[]> {
    const listed = this.stripe.refunds.list({ payment_intent: stripePaymentIntentId, ...PAGE });
    return allOf(listed, toRefund);
  }

  /** The payment that a refund is of; null for a charge without a payment intent. */
  async fetchPaymentOfRefund(stripeRefundId: string): Promise<string | null> {
    const { payment_intent: payment } = await askStripe(() => this.stripe.refunds.retrieve(stripeRefundId));
    return payment === null || typeof payment === 'string' ? payment : payment.id;
  }

  async fetchCharge(stripeChargeId: string): Promise<StripeCharge> {
    const charge = await askStripe(() => this.stripe.charges.retrieve(stripeChargeId));
    const { payment_intent: payment } = charge;
    return {
      stripePaymentIntentId: payment === null || typeof payment === 'string' ? payment : payment.id,
      refundedMinor: BigInt(charge.amount_refunded),
    };
  }

  /** A dispute need not name its payment intent, so its charge is asked for along with it. */
  async fetchDispute(stripeDisputeId: string): Promise<StripeDispute> {
    return toDispute(await askStripe(() => this.stripe.disputes.retrieve(stripeDisputeId, { expand: ['charge'] })));
  }

  async fetchFraudWarning(stripeFraudWarningId: string): Promise<StripeFraudWarning> {
    const expand = ['charge'];
    return toFraudWarning(
      await askStripe(() => this.stripe.radar.earlyFraudWarnings.retrieve(stripeFraudWarningId, { expand })),
    );
  }

  /**
   * Whatever took money of this payment back, or may. Disputes and warnings are found by the charge: it always is
   * named.
   */
  async fetchReturns(stripePaymentIntentId: string): Promise<StripeReturns> {
    const refunds = await this.listRefunds(stripePaymentIntentId);
    const { latest_charge: charge } = await askStripe(() => this.stripe.paymentIntents.retrieve(stripePaymentIntentId));
    if (charge === null) return { refunds, disputes: [], warnings: [] };
    const of = { charge: typeof charge === 'string' ? charge : charge.id, ...PAGE };
    const expand = ['data.charge'];
    const disputes = await allOf(this.stripe.disputes.list({ ...of, expand }), toDispute);
    const warnings = await allOf(this.stripe.radar.earlyFraudWarnings.list({ ...of, expand }), toFraudWarning);
    return { refunds, disputes, warnings };
  }

  /** The dispute, when it has been answered so already; undefined when it has not, or in other words. */
  async findAnswered(answer: NewEvidence): Promise<StripeDispute | undefined> {
    const dispute = await askStripe(() => this.retrieveAnswered(answer));
    return dispute === undefined ? undefined : toDispute(dispute);
  }

  /** Answers a dispute. Asked again for the same answer, it is given once. */
  async answerDispute(answer: NewEvidence): Promise<StripeDispute> {
    const { evidenceId, stripeDisputeId, evidence, submit } = answer;
    const params = { evidence: evidenceParams(evidence), submit, expand: ['charge'] };
    const dispute = await createOnce({
      idempotencyKey: `evidence:${evidenceId}`,
      create: (idempotencyKey) => this.stripe.disputes.update(stripeDisputeId, params, { idempotencyKey }),
      find: () => this.retrieveAnswered(answer),
    });
    return toDispute(dispute);
  }

  private async retrieveAnswered({ stripeDisputeId, evidence, submit }: NewEvidence) {
    const dispute = await this.stripe.disputes.retrieve(stripeDisputeId, { expand: ['charge'] });
    const given = Object.entries(evidenceParams(evidence)).filter(([, text]) => text !== undefined);
    const isKept = given.every(([name, text]) => dispute.evidence[name as keyof Stripe.Dispute.Evidence] === text);
    return isKept && (!submit || dispute.evidence_details.submission_count > 0) ? dispute : undefined;
  }
}

function allOf<S, T>(listed: Stripe.ApiListPromise<S>, map: (object: S) => T): Promise<T[]> {
  return askStripe(async () => {
    const all: T[] = [];
    for await (const object of listed) all.push(map(object));
    return all;
  });
}
