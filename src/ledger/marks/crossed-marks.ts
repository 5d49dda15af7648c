import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';

/** An account that has crossed its mark for topping up. */
export interface CrossedMark {
  readonly accountId: string;
  /** When it did so last. */
  readonly crossedAt: Date;
}

/**
 * Tells which accounts have crossed their marks for topping up (`setTopUpMark`), from the transaction on in which they
 * did: one row an account, until it is taken.
 */
@Injectable()
export class CrossedMarks {
  constructor(private readonly database: Database) {}

  /** Those that are to be looked at next, the longest ago first. */
  async next(limit: number): Promise<CrossedMark[]> {
    const rows = await this.database.query<{ account_id: string; crossed_at: Date }>(
      'select account_id, crossed_at from crossed_marks order by crossed_at, account_id limit $1',
      [limit],
    );
    return rows.map((row) => ({ accountId: row.account_id, crossedAt: row.crossed_at }));
  }

  /**
   * Takes that of an account whose book is open: none is written meanwhile, since the balance is locked. Returns
   * whether there was one.
   */
  async take(tx: Tx, accountId: string): Promise<boolean> {
    const taken: unknown[] = await tx.query(
      'with taken as (delete from crossed_marks where account_id = $1 returning 1) select 1 from taken',
      [accountId],
    );
    return taken.length > 0;
  }
}
