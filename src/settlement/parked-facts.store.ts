import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import type { StripeReturns } from '../stripe/objects/sale-objects.js';

/** Something that took money of a payment back, or may, before the payment's order was known. */
interface ParkedFact {
  kind: 'refund' | 'dispute' | 'fraud_warning';
  stripeObjectId: string;
}

/**
 * Makes those who settle a payment and those who park a fact of it take turns until the transaction ends, so that
 * neither misses the other. To be taken before the account is locked.
 */
export async function lockPayment(tx: Tx, stripePaymentIntentId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [stripePaymentIntentId]);
}

/**
 * Facts that came before the order of their payment is known. Only what they are about is kept; what it is then is
 * fetched when the order is.
 */
@Injectable()
export class ParkedFacts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async hasSome(stripePaymentIntentId: string): Promise<boolean> {
    const rows = await this.database.query('select from parked_facts where stripe_payment_intent_id = $1 limit 1', [
      stripePaymentIntentId,
    ]);
    return rows.length > 0;
  }

  /** Those of these payments that something is parked of. */
  async among(stripePaymentIntentIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select distinct stripe_payment_intent_id as id
       from parked_facts
       where stripe_payment_intent_id = any($1::text[])`,
      [stripePaymentIntentIds],
    );
    return rows.map(({ id }) => id);
  }

  /** The payment must be locked. */
  async park(tx: Tx, stripePaymentIntentId: string, returns: Partial<StripeReturns>): Promise<void> {
    const facts = factsOf(returns);
    await tx.query(
      `insert into parked_facts (stripe_payment_intent_id, kind, stripe_object_id, parked_at)
       select $1, kind, id, $4
       from unnest($2::text[], $3::text[]) fact (kind, id)
       on conflict (stripe_payment_intent_id, kind, stripe_object_id) do nothing`,
      [
        stripePaymentIntentId,
        facts.map(({ kind }) => kind),
        facts.map(({ stripeObjectId }) => stripeObjectId),
        this.clock.now(),
      ],
    );
  }

  /**
   * Deletes the payment's facts, and returns those that are not among what was fetched. The payment must be locked.
   */
  async take(tx: Tx, stripePaymentIntentId: string, fetched: Partial<StripeReturns>): Promise<ParkedFact[]> {
    const [rows]: [{ kind: ParkedFact['kind']; stripe_object_id: string }[], number] = await tx.query(
      'delete from parked_facts where stripe_payment_intent_id = $1 returning kind, stripe_object_id',
      [stripePaymentIntentId],
    );
    const known = factsOf(fetched);
    return rows
      .map((row) => ({ kind: row.kind, stripeObjectId: row.stripe_object_id }))
      .filter((parked) => !known.some((fact) => isSame(fact, parked)));
  }
}

function factsOf({ refunds = [], disputes = [], warnings = [] }: Partial<StripeReturns>): ParkedFact[] {
  return [
    ...refunds.map((refund) => ({ kind: 'refund' as const, stripeObjectId: refund.stripeRefundId })),
    ...disputes.map((dispute) => ({ kind: 'dispute' as const, stripeObjectId: dispute.stripeDisputeId })),
    ...warnings.map((warning) => ({ kind: 'fraud_warning' as const, stripeObjectId: warning.stripeFraudWarningId })),
  ];
}

function isSame(a: ParkedFact, b: ParkedFact): boolean {
  return a.kind === b.kind && a.stripeObjectId === b.stripeObjectId;
}
