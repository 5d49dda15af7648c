import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { EVIDENCE_COLUMNS, type Evidence, type EvidenceRow, toEvidence } from './evidence.js';

@Injectable()
export class EvidenceQueries {
  constructor(private readonly database: Database) {}

  /** What was recorded is never deleted. */
  async require(evidenceId: string): Promise<Evidence> {
    const [row] = await this.database.query<EvidenceRow>(
      `select ${EVIDENCE_COLUMNS} from dispute_evidence where id = $1`,
      [evidenceId],
    );
    invariant(row !== undefined, `evidence ${evidenceId} is there`);
    return toEvidence(row);
  }

  /** Whether the same dispute was answered in other words since then, which count instead. */
  async isOvertaken({ id, disputeId }: Evidence): Promise<boolean> {
    const rows = await this.database.query(
      `select from dispute_evidence where dispute_id = $1 and id > $2 and status <> 'refused' limit 1`,
      [disputeId, id],
    );
    return rows.length > 0;
  }
}
