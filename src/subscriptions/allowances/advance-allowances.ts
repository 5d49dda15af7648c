import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { NO_CREDITS } from '../../kernel/credits.js';
import { Ledger } from '../../ledger/ledger.js';
import { moneyOfSubscription } from '../../orders/orders.queries.js';
import { growOrder } from '../../orders/orders.store.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import type { Allowance } from './allowance.entity.js';
import { allowancesOf, storeAllowance } from './allowances.store.js';
import { type AllowanceChange, decideAllowances, type OrderMoney } from './decide-allowances.js';

/**
 * Does with a subscription's allowances what is due, in one transaction: see `decideAllowances`. However often it is
 * run, each allowance is granted once. Locks the account; the caller holds the lock of the subscription. Returns the
 * orders that something was granted for.
 */
@Injectable()
export class AdvanceAllowances {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, subscription: Subscription): Promise<string[]> {
    const { accountId, stripeSubscriptionId } = subscription;
    const allowances = await allowancesOf(tx, stripeSubscriptionId);
    const purchases = allowances.filter(mayChange).map(({ purchase }) => purchase);
    const book = await this.ledger.open(tx, accountId, { purchases });
    const money = await moneyOf(tx, stripeSubscriptionId);
    const changes = decideAllowances(book, allowances, { subscription, money });
    if (changes.length === 0) return [];
    await this.ledger.write(tx, book);
    const now = this.clock.now();
    for (const change of changes) await store(tx, change, now);
    return [
      ...new Set(changes.filter((change) => isGranted(change) || isIncluded(change)).map(({ after }) => after.orderId)),
    ];
  }
}

/** What is closed and has left nothing behind need not be looked at again. */
function mayChange({ status, rolledCredits }: Allowance): boolean {
  return status === 'scheduled' || status === 'granted' || status === 'closing' || rolledCredits > 0n;
}

function isGranted({ before, after }: AllowanceChange): boolean {
  return before.grantId === null && after.grantId !== null;
}

function isIncluded({ before, after }: AllowanceChange): boolean {
  return before.status === 'scheduled' && after.status !== 'canceled' && after.included.length > 0;
}

async function moneyOf(tx: Tx, stripeSubscriptionId: string): Promise<Map<string, OrderMoney>> {
  const orders = await moneyOfSubscription(tx, stripeSubscriptionId);
  return new Map(
    orders.map(({ id, status, lapsedCredits }) => [id, { isReturned: status === 'refunded', lapsedCredits }]),
  );
}

async function store(tx: Tx, change: AllowanceChange, now: Date): Promise<void> {
  const { after, revivedCredits } = change;
  await storeAllowance(tx, after, now);
  const given = isGranted(change) ? after.credits : NO_CREDITS;
  if (given === NO_CREDITS && revivedCredits === NO_CREDITS) return;
  await growOrder(tx, { orderId: after.orderId, credits: given, grantId: after.grantId, revivedCredits }, now);
}
