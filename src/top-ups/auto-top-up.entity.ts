import { Column, Entity, PrimaryColumn } from 'typeorm';
import { asBigint } from '../database/transformers.js';
import type { Credits } from '../kernel/credits.js';
import type { PauseReason, WaitReason } from './decisions/decide-top-up.js';
import type { TopUpSettings } from './decisions/top-up-facts.js';
import type { TopUpState } from './decisions/top-up-states.js';

/** How an account is topped up by itself, and how far that is. Money in minor units of `currency`. */
@Entity('auto_top_ups')
export class AutoTopUp {
  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId!: string;

  /** Follows from `top-up-states.ts` alone. */
  @Column({ type: 'text' })
  state!: TopUpState;

  /** Null unless it is paused. */
  @Column({ name: 'paused_because', type: 'text', nullable: true })
  pausedBecause!: PauseReason | null;

  @Column({ name: 'below_credits', type: 'bigint', transformer: asBigint })
  belowCredits!: Credits;

  @Column({ name: 'product_key', type: 'text' })
  productKey!: string;

  /** Either this or `toCredits`. */
  @Column({ type: 'integer', nullable: true })
  quantity!: number | null;

  @Column({ name: 'to_credits', type: 'bigint', nullable: true, transformer: asBigint })
  toCredits!: Credits | null;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  @Column({ name: 'max_amount_minor', type: 'bigint', transformer: asBigint })
  maxAmountMinor!: bigint;

  @Column({ name: 'max_count', type: 'integer', nullable: true })
  maxCount!: number | null;

  @Column({ name: 'min_interval_seconds', type: 'integer' })
  minIntervalSeconds!: number;

  @Column({ name: 'consent_text_version', type: 'text' })
  consentTextVersion!: string;

  @Column({ name: 'consent_accepted_at', type: 'timestamptz', precision: 3 })
  consentAcceptedAt!: Date;

  /** Soft declines in a row. */
  @Column({ name: 'soft_declines', type: 'integer' })
  softDeclines!: number;

  /** When what was declined is tried again. */
  @Column({ name: 'next_try_at', type: 'timestamptz', precision: 3, nullable: true })
  nextTryAt!: Date | null;

  /** When time alone makes it worth another look; null while only a change does. */
  @Column({ name: 'look_at', type: 'timestamptz', precision: 3, nullable: true })
  lookAt!: Date | null;

  /** For what a top-up that is due waits until then. */
  @Column({ name: 'waits_for', type: 'text', nullable: true })
  waitsFor!: WaitReason | null;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}

export function settingsOf(
  topUp: Pick<
    AutoTopUp,
    'belowCredits' | 'quantity' | 'toCredits' | 'currency' | 'maxAmountMinor' | 'maxCount' | 'minIntervalSeconds'
  >,
): TopUpSettings {
  const { belowCredits, quantity, toCredits, currency, maxAmountMinor, maxCount, minIntervalSeconds } = topUp;
  return {
    belowCredits,
    buys: toCredits === null ? { quantity: quantity ?? 1 } : { toCredits },
    currency,
    maxPerMonth: { amountMinor: maxAmountMinor, count: maxCount },
    minIntervalSeconds,
  };
}
