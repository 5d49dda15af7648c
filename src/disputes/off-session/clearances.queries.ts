import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import {
  OFF_SESSION_CLEARANCE_COLUMNS,
  type OffSessionClearance,
  type OffSessionClearanceRow,
  toOffSessionClearance,
} from './clearance.js';

@Injectable()
export class OffSessionClearancesQueries {
  constructor(private readonly database: Database) {}

  /** Of one account, newest first. */
  async list<T>(accountId: string, page: PageQuery, map: (clearance: OffSessionClearance) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^\d{1,18}$/);
    const rows = await this.database.query<OffSessionClearanceRow>(
      `select ${OFF_SESSION_CLEARANCE_COLUMNS}
       from off_session_clearances
       where account_id = $1
         and ($2::bigint is null or ordinal < $2)
       order by ordinal desc
       limit $3`,
      [accountId, after ?? null, page.limit + 1],
    );
    return pageOf(rows.map(toOffSessionClearance), page.limit, ({ ordinal }) => ordinal, map);
  }
}
