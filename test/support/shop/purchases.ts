import { Database, type Tx } from '../../../src/database/database.js';
import { credits } from '../../../src/kernel/credits.js';
import { decideGrant } from '../../../src/ledger/decisions/grant.js';
import { type ReturnedCredits, type ReturnPolicy, reachTarget } from '../../../src/ledger/decisions/reach-target.js';
import { Ledger } from '../../../src/ledger/ledger.js';
import type { TestScrip } from '../service/scrip.js';

/** What settles a purchase so far, as numbers. */
export interface Settled {
  lapsed: number;
  reversed: number;
  shortfall: number;
}

/**
 * Purchases without money: credits from a source of their own, and the facts of their money coming back, each in a
 * transaction of its own, as the rooms of orders and refunds do it. What settles them is kept in a table of the test.
 */
export interface TestPurchases {
  /** Credits a purchase; answers its grant's id. */
  credit(accountId: string, purchase: string, amount: number, expiresAt?: Date): Promise<string>;
  /** Moves what should have come back to `target`. */
  settle(accountId: string, purchase: string, target: number, policy?: ReturnPolicy): Promise<Settled>;
}

interface SettledRow {
  lapsed: string;
  reversed: string;
  shortfall: string;
}

const TABLE = `
  create table if not exists test_purchases (
    account_id text not null,
    purchase   text not null,
    lapsed     bigint not null default 0,
    reversed   bigint not null default 0,
    shortfall  bigint not null default 0,
    primary key (account_id, purchase))`;

export async function purchasesOf(scrip: TestScrip): Promise<TestPurchases> {
  await scrip.sql(TABLE);
  const database = scrip.running.app.get(Database);
  const ledger = scrip.running.app.get(Ledger);
  return {
    credit: (accountId, purchase, amount, expiresAt) =>
      database.transaction(async (tx) => {
        const source = sourceOf(purchase);
        const book = await ledger.open(tx, accountId, { purchases: [source] });
        const grant = decideGrant(book, {
          amount: credits(amount),
          category: 'paid',
          source,
          expiresAt: expiresAt ?? null,
        });
        await ledger.write(tx, book);
        await tx.query('insert into test_purchases (account_id, purchase) values ($1, $2) on conflict do nothing', [
          accountId,
          purchase,
        ]);
        return grant.id;
      }),
    settle: (accountId, purchase, target, policy = 'debt') =>
      database.transaction(async (tx) => {
        const source = sourceOf(purchase);
        const book = await ledger.open(tx, accountId, { purchases: [source] });
        const settled = reachTarget(book, {
          purchase: source,
          targetCredits: credits(target),
          returned: await settledSoFar(tx, accountId, purchase),
          policy,
          kind: 'refund_reversal',
        });
        await ledger.write(tx, book);
        await tx.query(
          'update test_purchases set lapsed = $3, reversed = $4, shortfall = $5 where account_id = $1 and purchase ' +
            '= $2',
          [accountId, purchase, settled.lapsedCredits, settled.reversedCredits, settled.shortfallCredits],
        );
        return {
          lapsed: Number(settled.lapsedCredits),
          reversed: Number(settled.reversedCredits),
          shortfall: Number(settled.shortfallCredits),
        };
      }),
  };
}

function sourceOf(purchase: string) {
  return { type: 'payment_intent', id: purchase };
}

/** Read in a statement of its own under the account's lock, so that it sees what the former holder wrote. */
async function settledSoFar(tx: Tx, accountId: string, purchase: string): Promise<ReturnedCredits> {
  const rows: SettledRow[] = await tx.query(
    'select lapsed, reversed, shortfall from test_purchases where account_id = $1 and purchase = $2',
    [accountId, purchase],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`${accountId} has no purchase ${purchase}`);
  return {
    lapsedCredits: credits(row.lapsed),
    reversedCredits: credits(row.reversed),
    shortfallCredits: credits(row.shortfall),
  };
}
