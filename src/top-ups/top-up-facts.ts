import type { Credits } from '../kernel/credits.js';

/** How an account is to be topped up. Money in minor units of `currency`. */
export interface TopUpSettings {
  /** Due whenever what is available is less. */
  belowCredits: Credits;
  /** So many units of the pack, or as many as bring the account to a sum of credits. */
  buys: { quantity: number } | { toCredits: Credits };
  currency: string;
  maxPerMonth: { amountMinor: bigint; count: number | null };
  minIntervalSeconds: number;
}

/** One unit of the pack, as the catalogue has it now. */
export interface PackNow {
  credits: Credits;
  unitAmountMinor: bigint;
  currency: string;
}

/**
 * An attempt to charge, begun at `triedAt`. Its end may be `unknown`: Stripe was asked and has not said what became of
 * it, or it waits for a person. `canceled` is one that was taken back before anything was charged.
 */
export interface PastAttempt {
  triedAt: Date;
  amountMinor: bigint;
  currency: string;
  end: 'unknown' | 'paid' | 'declined' | 'canceled';
}

export interface TopUpFacts {
  now: Date;
  available: Credits;
  settings: TopUpSettings;
  /** Null when it is no pack that can be sold any more, or has no price in the currency of the cap. */
  pack: PackNow | null;
  /** Why nobody may charge the account while they are not there; null while one may. */
  offSessionStop: 'dispute' | 'fraud_warning' | null;
  hasPaymentMethod: boolean;
  /** When what was declined is to be tried again; null when nothing was. */
  nextTryAt: Date | null;
  /** Of the last 31 days, and any that are later than now. */
  attempts: readonly PastAttempt[];
}
