import type { Tx } from '../../database/database.js';
import type { Checked } from '../checked.js';

/**
 * What a run does, in this order: undelivered events are collected, Stripe's lists are compared with the books, then
 * what only the books hold with Stripe; all that seems to differ is looked at a second time, and what does is repaired.
 */
export const PHASES = [
  'undelivered_events',
  'undelivered_invoices',
  'payments',
  'free_checkouts',
  'invoices',
  'refunds',
  'disputes',
  'subscriptions',
  'booked_payments',
  'booked_invoices',
  'booked_refunds',
  'booked_disputes',
  'booked_subscriptions',
  'second_look',
  'repair',
] as const;
export type Phase = (typeof PHASES)[number];

/** What a step of a phase has learned, and what is to be written of it. */
export interface Step {
  /** Where the phase goes on; `over` when it has come to its end. */
  cursor: NonNullable<unknown> | 'over';
  /** How much of the phase is done, from 0 to 1. */
  share: number;
  checked?: Partial<Checked>;
  /** How long the next step has to wait. */
  waitMs?: number;
  /** Runs in the transaction that finishes the step. */
  write?: (tx: Tx) => Promise<void>;
}

/** About how much of the time each phase takes. */
const WEIGHTS: Record<Phase, number> = {
  undelivered_events: 5,
  undelivered_invoices: 2,
  payments: 40,
  free_checkouts: 5,
  invoices: 15,
  refunds: 10,
  disputes: 5,
  subscriptions: 5,
  booked_payments: 10,
  booked_invoices: 5,
  booked_refunds: 5,
  booked_disputes: 5,
  booked_subscriptions: 2,
  second_look: 10,
  repair: 5,
};

const WHOLE = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);

/** The phase after this one; undefined after the last. Only a run that repairs has the last. */
export function phaseAfter(phase: Phase, { repair }: { repair: boolean }): Phase | undefined {
  const next = PHASES[PHASES.indexOf(phase) + 1];
  return next === 'repair' && !repair ? undefined : next;
}

/** How much of a run is done, from 0 to 1. */
export function progressOf(phase: Phase, share: number): number {
  const before = PHASES.slice(0, PHASES.indexOf(phase)).reduce((sum, earlier) => sum + WEIGHTS[earlier], 0);
  return Math.min(1, (before + WEIGHTS[phase] * Math.min(1, Math.max(0, share))) / WHOLE);
}
