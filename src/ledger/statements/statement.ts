import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { toJsonInteger } from '../../kernel/credits.js';
import { entryAnswer } from '../api/answers.js';
import type { EntryAnswer } from '../api/entries.dto.js';
import { type EntryRow, entriesWhere, firstEntries, toEntry } from '../book/entry-rows.js';
import { GENESIS_HASH } from '../book/hash-chain.js';
import type { Entry } from '../book/model.js';
import { AccountNotFound } from '../ledger.problems.js';
import { requireAccount } from '../require-account.js';
import { lastSeqBy } from './balance-at.js';
import type { StatementLineAnswer } from './statement.dto.js';

const ENTRIES_PER_READ = 1_000;

/** What a statement covers: entries recorded from `from` on and before `to`. */
export interface StatementRange {
  accountId: string;
  from: Date;
  to: Date;
  opening: StatementLineAnswer;
  closing: StatementLineAnswer;
}

/** Reads statements. Entries never change, so the pages of one statement agree without a snapshot. */
@Injectable()
export class Statements {
  constructor(private readonly database: Database) {}

  /** Finds the ends of a statement without reading what lies between. @throws AccountNotFound */
  async range(accountId: string, from: Date, to: Date): Promise<StatementRange> {
    await requireAccount(this.database, accountId);
    const opening = await this.lineBefore(accountId, from);
    const closing = await this.lineBefore(accountId, to);
    return { accountId, from, to, opening, closing };
  }

  /** The entries between the ends, oldest first, read a piece at a time: memory stays flat. */
  async *entries({ accountId, opening, closing }: StatementRange): AsyncGenerator<EntryAnswer[]> {
    for (let after = opening.seq; after < closing.seq; ) {
      const rows = await this.database.query<EntryRow>(
        firstEntries('account_id = $1 and seq > $2 and seq <= $3', { order: 'seq', limit: '$4' }),
        [accountId, after, closing.seq, ENTRIES_PER_READ],
      );
      const entries = rows.map(toEntry).map(entryAnswer);
      if (entries.length === 0) return;
      yield entries;
      after = entries.at(-1)?.seq ?? closing.seq;
    }
  }

  private async lineBefore(accountId: string, instant: Date): Promise<StatementLineAnswer> {
    const seq = await lastSeqBy(this.database, accountId, new Date(instant.getTime() - 1));
    if (seq === 0n) return { seq: 0, balance: 0, hash: GENESIS_HASH.toString('hex') };
    const [row] = await this.database.query<EntryRow>(entriesWhere('account_id = $1 and seq = $2'), [accountId, seq]);
    if (row === undefined) throw new AccountNotFound({ accountId });
    return lineOf(toEntry(row));
  }
}

function lineOf(entry: Entry): StatementLineAnswer {
  return {
    seq: toJsonInteger(entry.seq),
    balance: toJsonInteger(entry.balanceAfter),
    hash: entry.hash.toString('hex'),
  };
}
