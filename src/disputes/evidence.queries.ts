import { Injectable } from '@nestjs/common';
import { MoreThan, Not } from 'typeorm';
import { Database } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { Evidence } from './evidence.entity.js';

@Injectable()
export class EvidenceQueries {
  constructor(private readonly database: Database) {}

  /** What was recorded is never deleted. */
  async require(evidenceId: string): Promise<Evidence> {
    const evidence = await this.database.dataSource.manager.findOneBy(Evidence, { id: evidenceId });
    invariant(evidence !== null, `evidence ${evidenceId} is there`);
    return evidence;
  }

  /** Whether later evidence was given for the same dispute, which counts instead. */
  isOvertaken({ id, disputeId }: Evidence): Promise<boolean> {
    const later = { disputeId, id: MoreThan(id), status: Not<Evidence['status']>('refused') };
    return this.database.dataSource.manager.existsBy(Evidence, later);
  }
}
