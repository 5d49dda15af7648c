import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { FINDING_COLUMNS, type Finding, type FindingRow, toFinding } from './finding.js';
import {
  RECONCILIATION_COLUMNS,
  type Reconciliation,
  type ReconciliationRow,
  toReconciliation,
} from './reconciliation.js';
import { ReconciliationNotFound } from './reconciliation.problems.js';

/** How many findings are shown: whoever has more has another problem than any of them. */
export const MAX_FINDINGS_SHOWN = 1_000;

/** The findings of a run, the first of them in full. */
export interface Findings {
  first: Finding[];
  count: number;
  /** Those that no repair was applied to. */
  openCount: number;
}

@Injectable()
export class ReconciliationsQueries {
  constructor(private readonly database: Database) {}

  /** @throws ReconciliationNotFound */
  async require(reconciliationId: string): Promise<Reconciliation> {
    const [row] = await this.database.query<ReconciliationRow>(
      `select ${RECONCILIATION_COLUMNS} from reconciliations where id = $1`,
      [reconciliationId],
    );
    if (row === undefined) throw new ReconciliationNotFound({ reconciliationId });
    return toReconciliation(row);
  }

  /** In the order in which they were first suspected. */
  async findings(reconciliationId: string): Promise<Findings> {
    const rows = await this.database.query<FindingRow & { count: number; open_count: number }>(
      `select ${FINDING_COLUMNS}, count(*) over ()::int as count,
         count(*) filter (where repair_status <> 'applied') over ()::int as open_count
       from reconciliation_findings
       where reconciliation_id = $1
         and found_at is not null
       order by ordinal
       limit $2`,
      [reconciliationId, MAX_FINDINGS_SHOWN],
    );
    return { first: rows.map(toFinding), count: rows[0]?.count ?? 0, openCount: rows[0]?.open_count ?? 0 };
  }
}
