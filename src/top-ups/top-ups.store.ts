import { In, IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import type { Tx } from '../database/database.js';
import { AutoTopUp } from './auto-top-up.entity.js';
import { topUpQueue } from './queue.js';
import { TopUpAttempt } from './top-up-attempt.entity.js';

/*
 * Every way in which a row of `auto_top_ups` and `top_up_attempts` is locked and written. The account's row here is
 * locked after its balance and after the order, and before the attempt.
 */

/** Locks how an account is topped up (`for no key update`), and reads it; null where nobody has set that. */
export function lockTopUp(tx: Tx, accountId: string): Promise<AutoTopUp | null> {
  return tx.findOne(AutoTopUp, { where: { accountId }, lock: { mode: 'for_no_key_update' } });
}

export async function changeTopUp(tx: Tx, accountId: string, changes: Partial<AutoTopUp>): Promise<void> {
  await tx.update(AutoTopUp, { accountId }, changes);
}

export async function insertAttempt(tx: Tx, attempt: TopUpAttempt): Promise<void> {
  await tx.insert(TopUpAttempt, { ...attempt });
}

export async function changeAttempt(tx: Tx, id: string, changes: Partial<TopUpAttempt>): Promise<void> {
  await tx.update(TopUpAttempt, { id }, changes);
}

/** The attempt of an account that is not over. */
export function findOpenAttempt(tx: Tx, accountId: string): Promise<TopUpAttempt | null> {
  return tx.findOneBy(TopUpAttempt, { accountId, endedAt: IsNull() });
}

export function findAttempt(tx: Tx, id: string): Promise<TopUpAttempt | null> {
  return tx.findOneBy(TopUpAttempt, { id });
}

export function findAttemptOfOrder(tx: Tx, orderId: string): Promise<TopUpAttempt | null> {
  return tx.findOneBy(TopUpAttempt, { orderId });
}

export function attemptsSince(tx: Tx, accountId: string, since: Date): Promise<TopUpAttempt[]> {
  return tx.findBy(TopUpAttempt, { accountId, triedAt: MoreThan(since) });
}

/** Money has come in for an attempt that was taken for over: it counts from then on. */
export async function countLatePayment(tx: Tx, orderId: string): Promise<void> {
  await tx.update(TopUpAttempt, { orderId, doing: In(['declined', 'canceled']) }, { doing: 'paid' });
}

/** The attempt of an account that was begun last. */
export function findLatestAttempt(tx: Tx, accountId: string): Promise<TopUpAttempt | null> {
  return tx.findOne(TopUpAttempt, { where: { accountId }, order: { triedAt: 'desc', id: 'desc' } });
}

/** Makes sure that an account has a row to be locked. One that is there stays as it is. */
export async function insertTopUp(tx: Tx, topUp: AutoTopUp): Promise<void> {
  await tx
    .createQueryBuilder()
    .insert()
    .into(AutoTopUp)
    .values({ ...topUp })
    .orIgnore()
    .updateEntity(false)
    .execute();
}

/** Accounts that are worth another look by now, those first that have waited longest. */
export async function accountsToLookAt(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const due = await tx.find(AutoTopUp, {
    select: { accountId: true },
    where: { lookAt: LessThanOrEqual(now) },
    order: { lookAt: 'asc' },
    take: limit,
  });
  return due.map(({ accountId }) => accountId);
}

/** Has an account looked at where something waits for a try, or for a person: another card may take its place. */
export async function lookAtTopUp(tx: Tx, accountId: string): Promise<void> {
  const topUp = await tx.findOneBy(AutoTopUp, { accountId });
  if (topUp !== null && (topUp.nextTryAt !== null || topUp.state === 'action_required'))
    await topUpQueue.add(tx, accountId);
}
