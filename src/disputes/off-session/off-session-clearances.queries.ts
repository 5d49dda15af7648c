import { Injectable } from '@nestjs/common';
import { before, given } from '../../database/conditions.js';
import { Database } from '../../database/database.js';
import { cursorKeyOf, type PageQuery } from '../../http/input/page-query.js';
import { type Page, pageOf } from '../../kernel/keyset-page.js';
import { OffSessionClearance } from './off-session-clearance.entity.js';

@Injectable()
export class OffSessionClearancesQueries {
  constructor(private readonly database: Database) {}

  /** Of one account, newest first. */
  async list<T>(accountId: string, page: PageQuery, map: (clearance: OffSessionClearance) => T): Promise<Page<T>> {
    const clearances = await this.database.dataSource.manager.find(OffSessionClearance, {
      where: { accountId, ...given<OffSessionClearance>({ ordinal: before(cursorKeyOf(page, /^\d{1,18}$/)) }) },
      order: { ordinal: 'desc' },
      take: page.limit + 1,
    });
    return pageOf(clearances, page.limit, ({ ordinal }) => ordinal, map);
  }
}
