import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { Clock } from '../../kernel/clock.js';
import { credits } from '../../kernel/credits.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import type { Position } from '../../rating/pricing/position.js';
import type { Book } from '../book/book.js';
import { type EntryRow, firstEntries, toEntry } from '../book/entry-rows.js';
import { FirstReach } from '../book/extent.js';
import type { Hold } from '../book/model.js';
import { readBook } from '../book/read-books.js';
import {
  GRANT_COLUMNS,
  type GrantRow,
  HOLD_COLUMNS,
  type HoldRow,
  SPEND_COLUMNS,
  type SpendRow,
  toGrant,
  toHold,
  toSpend,
} from '../book/rows.js';
import { partsOfSpendId } from '../book/spend-id.js';
import { bringUpToDate, upToDateBySteps } from '../decisions/bring-up-to-date.js';
import { AccountNotFound, HoldNotFound, SpendNotFound } from '../ledger.problems.js';
import { requireAccount } from '../require-account.js';
import { runwayOf } from '../runway/runway.js';
import { balanceAt } from '../statements/balance-at.js';
import type { CounterName } from '../usage/known-counters.js';
import { balanceAnswer, type Expiring, entryAnswer, grantAnswer, holdAnswer } from './answers.js';
import type { BalanceAnswer, EntryAnswer } from './entries.dto.js';
import type { GrantAnswer } from './grants.dto.js';
import type { HoldAnswer } from './holds.dto.js';
import { asOf } from './lists.queries.js';
import type { ReceiptAnswer } from './receipts.dto.js';
import { receiptsOf } from './receipts.js';

export interface PageRequest {
  limit: number;
  /** The sort key of the last row already shown. */
  after?: string;
}

/** What is done of an account in one turn of the event loop: a few milliseconds of work. */
const DUES_A_TURN = 256;

/** Reads of the ledger. None takes a lock; what is due but not yet written is shown as if it were. */
@Injectable()
export class LedgerQueries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly firstReach: FirstReach,
  ) {}

  /** @throws AccountNotFound */
  async balance(accountId: string): Promise<BalanceAnswer> {
    return this.database.snapshot(async (tx) => {
      const book = await this.bookNow(tx, accountId, this.clock.now());
      return balanceAnswer(book, await expiringBehind(tx, book));
    });
  }

  /** The balance, and how long what is available will last. @throws AccountNotFound */
  async balanceWithRunway(accountId: string): Promise<BalanceAnswer> {
    return this.database.snapshot(async (tx) => {
      const book = await this.wholeBookNow(tx, accountId, this.clock.now());
      return { ...balanceAnswer(book, []), runway: await runwayOf(tx, book) };
    });
  }

  /** The balance at a past instant. @throws AccountNotFound */
  async balanceAt(accountId: string, at: Date): Promise<BalanceAnswer> {
    const now = this.clock.now();
    if (at > now) throw ValidationFailed.at('/at', 'must not lie in the future', 'query');
    return this.database.snapshot(async (tx) => {
      return balanceAt(tx, await this.bookNow(tx, accountId, now), at);
    });
  }

  /** Entries, newest first. @throws AccountNotFound */
  async entries(accountId: string, { limit, after }: PageRequest): Promise<Page<EntryAnswer>> {
    await requireAccount(this.database, accountId);
    const rows = await this.database.query<EntryRow>(
      firstEntries('account_id = $1 and ($2::bigint is null or seq < $2::bigint)', { order: 'seq desc', limit: '$3' }),
      [accountId, after ?? null, limit + 1],
    );
    return pageOf(rows.map(toEntry), limit, (entry) => `${entry.seq}`, entryAnswer);
  }

  /** Grants, newest first. @throws AccountNotFound */
  async grants(accountId: string, { limit, after }: PageRequest): Promise<Page<GrantAnswer>> {
    const book = await this.database.snapshot((tx) => this.bookNow(tx, accountId, this.clock.now()));
    const known = new Map(book.grants.map((grant) => [grant.id, grant]));
    const rows = await this.database.query<GrantRow>(
      `select ${GRANT_COLUMNS} from grants
       where account_id = $1 and ($2::text is null or id < $2)
       order by id desc limit $3`,
      [accountId, after ?? null, limit + 1],
    );
    const grants = rows.map(toGrant).map((grant) => known.get(grant.id) ?? grant);
    return pageOf(
      grants,
      limit,
      (grant) => grant.id,
      (grant) => grantAnswer(grant, book.now),
    );
  }

  /**
   * A hold; one that has passed its deadline is shown as expired, swept or not. @throws AccountNotFound, HoldNotFound
   */
  async hold(accountId: string, holdId: string): Promise<HoldAnswer> {
    return holdAnswer(accountId, asOf(await this.holdAsKept(accountId, holdId), this.clock.now()));
  }

  /** A hold as its row has it. @throws AccountNotFound, HoldNotFound */
  async holdAsKept(accountId: string, holdId: string): Promise<Hold> {
    const [row] = await this.database.query<HoldRow>(
      `select ${HOLD_COLUMNS} from holds where account_id = $1 and id = $2`,
      [accountId, holdId],
    );
    if (row !== undefined) return toHold(row);
    await requireAccount(this.database, accountId);
    throw new HoldNotFound({ accountId, holdId });
  }

  /** @throws AccountNotFound, SpendNotFound */
  async receipt(accountId: string, spendId: string): Promise<ReceiptAnswer> {
    return this.database.snapshot(async (tx) => {
      await requireAccount(tx, accountId);
      const spends: SpendRow[] = await tx.query(
        `select ${SPEND_COLUMNS} from spends_v1 where account_id = $1 and id = $2
         union all
         select ${SPEND_COLUMNS} from spends_of_rows where account_id = $1 and seq = $3 and id = $2`,
        [accountId, spendId, `${partsOfSpendId(spendId)?.seq ?? 0n}`],
      );
      const [receipt] = await receiptsOf(
        tx,
        spends.map((row) => ({ accountId, spend: toSpend(row) })),
      );
      if (receipt === undefined) throw new SpendNotFound({ accountId, spendId });
      return receipt;
    });
  }

  /** Where the account stands with its usage. @throws AccountNotFound */
  async position(accountId: string, asked: { counters: readonly CounterName[]; usedAt: Date }): Promise<Position> {
    return this.database.snapshot(async (tx) => {
      const book = await readBook(tx, accountId, this.clock.now(), { reach: this.firstReach, ...asked });
      if (book === undefined) throw new AccountNotFound({ accountId });
      return book.usage.position(asked);
    });
  }

  /**
   * The account's book as it is now, with all that is due done in memory: no more of it than an ordinary account has,
   * unless more is due. Then other requests have their turn while it is done.
   */
  private async bookNow(tx: Tx, accountId: string, now: Date): Promise<Book> {
    const book = await readBook(tx, accountId, now, { reach: this.firstReach });
    if (book === undefined) throw new AccountNotFound({ accountId });
    bringUpToDate(book);
    return book.isUpToDate ? book : this.wholeBookNow(tx, accountId, now);
  }

  /** The same of all that the account has, however much that is. */
  private async wholeBookNow(tx: Tx, accountId: string, now: Date): Promise<Book> {
    const whole = await readBook(tx, accountId, now);
    if (whole === undefined) throw new AccountNotFound({ accountId });
    let done = 0;
    for (const _ of upToDateBySteps(whole)) {
      done += 1;
      if (done % DUES_A_TURN === 0) await nextTurn();
    }
    return whole;
  }
}

/** What expires of the grants that a book does not know, added up by instant. */
async function expiringBehind(tx: Tx, book: Book): Promise<Expiring[]> {
  if (book.extent.last === null) return [];
  const rows: { expires_at: Date; amount: string }[] = await tx.query(
    `select expires_at, sum(remaining) as amount from grants
     where account_id = $1 and status = 'active' and expires_at > $2 and id <> all($3::text[])
     group by expires_at`,
    [book.accountId, book.now, book.grants.map(({ id }) => id)],
  );
  return rows.map(({ expires_at: expiresAt, amount }) => ({ expiresAt, amount: credits(amount) }));
}
