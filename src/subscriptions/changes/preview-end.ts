import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { addCredits, type Credits, NO_CREDITS, subtractCredits, sumCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { Book } from '../../ledger/book/book.js';
import { readBook } from '../../ledger/book/read-books.js';
import { bringUpToDate } from '../../ledger/decisions/bring-up-to-date.js';
import type { Allowance } from '../allowances/allowance.entity.js';
import { allowancesOf } from '../allowances/allowances.store.js';
import { closeEnded, lapsesAt, lotsThatStand, nextOf } from '../allowances/close-allowances.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';
import { assertGoesOn } from './quote-change.js';

/** What would lapse if a subscription ended so. */
export interface PreviewedEnd {
  currency: string;
  endsAt: Date;
  /** Of all that it gave what is unspent. Credits that holds cover lapse when they are released. */
  lapsingCredits: Credits;
  /** What of these was paid for, and is no gift of a trial. */
  paidCredits: Credits;
  /** What of these had rolled over from a period before. */
  rolledOverCredits: Credits;
  /** The orders that these were paid with. */
  orderIds: string[];
}

/** Says what ends together with a subscription. Reads one snapshot, without locks, and changes nothing. */
@Injectable()
export class PreviewEnd {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly subscriptions: SubscriptionsQueries,
  ) {}

  /**
   * When it ends with its period, it is what would lapse then if nothing were spent. @throws SubscriptionNotFound,
   * SubscriptionEnded
   */
  async run(accountId: string, { now }: { now: boolean }): Promise<PreviewedEnd> {
    const subscription = await this.subscriptions.requireOf(accountId);
    assertGoesOn(subscription);
    return this.database.snapshot(async (tx) => {
      const { book, allowances } = await this.read(tx, subscription);
      const lots = lotsThatStand(book, allowances).map((lot) => ({ ...lot, before: lot.grant.remaining }));
      if (now) closeEnded(book, allowances);
      const ending = lots
        .map((lot) => ({ ...lot, lapsing: now ? subtractCredits(lot.before, lot.grant.remaining) : lot.before }))
        .filter(({ lapsing }) => lapsing > 0n);
      const sumOf = (some: typeof ending) => sumCredits(some.map(({ lapsing }) => lapsing));
      return {
        currency: subscription.currency,
        endsAt: now ? this.clock.now() : subscription.periodEnd,
        lapsingCredits: sumOf(ending),
        paidCredits: sumOf(ending.filter(({ grant }) => grant.category === 'paid')),
        rolledOverCredits: sumOf(ending.filter(({ isRolledOver }) => isRolledOver)),
        orderIds: [...new Set(ending.map(({ allowance }) => allowance.orderId))],
      };
    });
  }

  /**
   * What has lapsed with the end of a subscription: of periods that were not over by then, or that nothing had followed
   * yet. None while it goes on.
   */
  async lapsedOf(stripeSubscriptionId: string): Promise<Credits> {
    const subscription = await this.subscriptions.find(stripeSubscriptionId);
    const endedAt = subscription?.endedAt ?? null;
    if (subscription === undefined || endedAt === null) return NO_CREDITS;
    return this.database.snapshot(async (tx) => {
      const { book, allowances } = await this.read(tx, subscription);
      const cutShort = lotsThatStand(book, allowances).filter(({ allowance, grant, isRolledOver }) =>
        isRolledOver
          ? grant.expiresAt === null || grant.expiresAt > endedAt
          : livedOnAt(endedAt, allowance, allowances),
      );
      return cutShort.reduce((sum, { grant }) => addCredits(sum, grant.lapsed), NO_CREDITS);
    });
  }

  private async read(
    tx: Tx,
    { accountId, stripeSubscriptionId }: Subscription,
  ): Promise<{ book: Book; allowances: Allowance[] }> {
    const allowances = await allowancesOf(tx, stripeSubscriptionId);
    const purchases = allowances.map(({ purchase }) => purchase);
    const book = await readBook(tx, accountId, this.clock.now(), { purchases });
    invariant(book !== undefined, `the account ${accountId} of a subscription is there`);
    bringUpToDate(book);
    return { book, allowances };
  }
}

/** Whether its credits could still be spent, had the subscription not ended then. */
function livedOnAt(at: Date, allowance: Allowance, allowances: readonly Allowance[]): boolean {
  return allowance.endsAt > at || (lapsesAt(allowance) > at && nextOf([allowance], allowances) === undefined);
}
