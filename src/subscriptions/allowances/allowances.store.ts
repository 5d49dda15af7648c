import { In } from 'typeorm';
import type { Tx } from '../../database/database.js';
import { credits, NO_CREDITS } from '../../kernel/credits.js';
import { newId } from '../../kernel/ids.js';
import { Allowance, type NewAllowance } from './allowance.entity.js';
import { sharesJson } from './included-share.js';
import type { LesserAllowance } from './months-taken-off.js';

/** All that a subscription ever gave or will give, in the order of time. The account's balance must be locked. */
export function allowancesOf(tx: Tx, stripeSubscriptionId: string): Promise<Allowance[]> {
  return tx.find(Allowance, { where: { stripeSubscriptionId }, order: { startsAt: 'asc', id: 'asc' } });
}

/**
 * Until when a subscription was paid for; null when it never was. Every paid invoice about a plan has allowances, also
 * of plans that give no credits.
 */
export async function paidUntil(tx: Tx, stripeSubscriptionId: string): Promise<Date | null> {
  const [row]: { until: Date | null }[] = await tx.query(
    `select max(ends_at) as until from allowances where stripe_subscription_id = $1 and status <> 'canceled'`,
    [stripeSubscriptionId],
  );
  return row?.until ?? null;
}

/** What the allowances of one invoice have in common. */
export type AllowanceOrigin = Pick<
  Allowance,
  'accountId' | 'stripeSubscriptionId' | 'orderId' | 'stripeInvoiceId' | 'currency' | 'paidAt' | 'purchase'
>;

/**
 * Schedules what an invoice is to give. The account's lock, and the order that an invoice has once, see to it that this
 * is done once.
 */
export async function scheduleAllowances(
  tx: Tx,
  origin: AllowanceOrigin,
  allowances: readonly NewAllowance[],
  now: Date,
): Promise<void> {
  const records = allowances.map(({ rollover, ...allowance }) => ({
    ...origin,
    included: [],
    ...allowance,
    id: newId('alw', now),
    rolloverMonths: rollover?.months ?? null,
    rolloverCapCredits: rollover === null || rollover.capCredits === null ? null : credits(rollover.capCredits),
    sourcePart: `${allowance.stripeLineId}:${allowance.month}`,
    cutOffAt: null,
    status: 'scheduled' as const,
    createdAt: now,
    updatedAt: now,
  }));
  await tx.insert(Allowance, records);
}

/**
 * Takes off a month to come what it does not give or include any more. A month that gives nothing is never granted,
 * unless what it would give was given before.
 */
export async function takeOff(
  tx: Tx,
  { id, allotmentCredits, credits: still, uncovered = NO_CREDITS, included }: LesserAllowance,
  now: Date,
): Promise<void> {
  await tx.query(
    `update allowances
     set allotment_credits = $2,
         credits = $3,
         covered_credits = covered_credits - $5,
         cost_basis_minor = case when credits = 0 then 0 else cost_basis_minor * $3::bigint / credits end,
         included = coalesce($6::jsonb, included),
         status = case
           when $3::bigint = 0 and covered_credits = $5 and coalesce($6::jsonb, included) = '[]' then 'canceled'
           else status
         end,
         updated_at = $4
     where id = $1
       and status = 'scheduled'`,
    [
      id,
      `${allotmentCredits}`,
      `${still}`,
      now,
      `${uncovered}`,
      included === undefined ? null : JSON.stringify(sharesJson(included)),
    ],
  );
}

/** Notes of months that a new period has begun in the middle of them, and that the money of the rest went back. */
export async function storeCutOff(tx: Tx, ids: readonly string[], cutOffAt: Date, now: Date): Promise<void> {
  if (ids.length > 0) await tx.update(Allowance, { id: In([...ids]) }, { cutOffAt, updatedAt: now });
}

/** Stores what has become of an allowance. */
export async function storeAllowance(
  tx: Tx,
  { id, status, grantId, rolledCredits }: Pick<Allowance, 'id' | 'status' | 'grantId' | 'rolledCredits'>,
  now: Date,
): Promise<void> {
  await tx.update(Allowance, { id }, { status, grantId, rolledCredits, updatedAt: now });
}
