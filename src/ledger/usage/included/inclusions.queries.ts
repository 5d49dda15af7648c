import { Injectable } from '@nestjs/common';
import { Database } from '../../../database/database.js';
import { requireAccount } from '../../require-account.js';
import type { PlanInclusion } from './known-inclusions.js';
import { type InclusionRow, toPlanInclusion } from './read-inclusions.js';

@Injectable()
export class InclusionsQueries {
  constructor(private readonly database: Database) {}

  /**
   * What covers usage of an instant, also where nothing remains of it, in the order in which it is taken. Without what
   * was taken back as a whole. @throws AccountNotFound
   */
  async covering(accountId: string, usedAt: Date): Promise<PlanInclusion[]> {
    const rows = await this.database.query<InclusionRow>(
      `select account_id, id, meter_key, match, granted::text, remaining::text, taken_back::text, effective_at,
         expires_at, source_type, source_id, source_part, returned_minor, charged_minor
       from usage_inclusions
       where account_id = $1
         and effective_at <= $2
         and expires_at > $2
         and taken_back < granted
       order by expires_at, effective_at, id`,
      [accountId, usedAt],
    );
    if (rows.length === 0) await requireAccount(this.database, accountId);
    return rows.map(toPlanInclusion);
  }
}
