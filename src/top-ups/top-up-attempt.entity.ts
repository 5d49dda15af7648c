import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { PastAttempt } from './decisions/top-up-facts.js';
import type { OpenAttempt } from './decisions/top-up-states.js';

/** One attempt at charging an account by itself: one order, and one payment of Stripe's. Money in minor units. */
@Entity('top_up_attempts')
export class TopUpAttempt {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'order_id', type: 'text' })
  orderId!: string;

  @Column({ name: 'amount_minor', type: 'bigint', transformer: asBigint })
  amountMinor!: bigint;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ name: 'stripe_customer_id', type: 'text' })
  stripeCustomerId!: string;

  /** What is charged, as it was chosen when the attempt was begun: asked again, the request is the same. */
  @Column({ name: 'stripe_payment_method_id', type: 'text' })
  stripePaymentMethodId!: string;

  /** Null while Stripe's answer is not known. */
  @Column({ name: 'stripe_payment_intent_id', type: 'text', nullable: true })
  stripePaymentIntentId!: string | null;

  @Column({ type: 'text' })
  doing!: OpenAttempt | 'paid' | 'declined' | 'canceled';

  /** Whether it is to be taken back at Stripe, as far as that can still be done. */
  @Column({ name: 'is_to_cancel', type: 'boolean' })
  isToCancel!: boolean;

  /** Why it was declined, in Stripe's word. */
  @Column({ name: 'decline_code', type: 'text', nullable: true })
  declineCode!: string | null;

  /** What of its money was back when that last stopped the top-ups. */
  @Column({ name: 'returned_minor', type: 'bigint', transformer: asBigint })
  returnedMinor!: bigint;

  /** Opens the page on which its payer confirms it, and nothing else. */
  @Column({ name: 'action_key', type: 'text' })
  actionKey!: string;

  /** Until when that page takes anything; null while nobody has to confirm. */
  @Column({ name: 'action_expires_at', type: 'timestamptz', precision: 3, nullable: true })
  actionExpiresAt!: Date | null;

  @Column({ name: 'tried_at', type: 'timestamptz', precision: 3 })
  triedAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', precision: 3, nullable: true })
  endedAt!: Date | null;
}

/** What an attempt that is not over is doing; null for one that is. */
export function openOf(attempt: TopUpAttempt | null): OpenAttempt | null {
  const doing = attempt?.doing;
  return doing === 'charging' || doing === 'action_required' ? doing : null;
}

export function pastOf({ triedAt, amountMinor, currency, doing }: TopUpAttempt): PastAttempt {
  const end = doing === 'charging' || doing === 'action_required' ? 'unknown' : doing;
  return { triedAt, amountMinor, currency, end };
}
