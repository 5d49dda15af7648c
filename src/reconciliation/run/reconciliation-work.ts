import { Inject, Injectable } from '@nestjs/common';
import { RecordBookCheck } from '../../book-checks/record-book-check.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Database } from '../../database/database.js';
import { StartReconciliation } from './start-reconciliation.js';
import { TakeStep } from './take-step.js';

/** What the jobs of this room do. */
@Injectable()
export class ReconciliationWork {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly startReconciliation: StartReconciliation,
    private readonly takeNextStep: TakeStep,
    private readonly recordBookCheck: RecordBookCheck,
  ) {}

  /** The step that follows has a job of its own, so that a process that stops waits for one step at most. */
  async takeStep(reconciliationId: string): Promise<void> {
    await this.takeNextStep.run(reconciliationId);
  }

  async begin(scheduledAt: Date): Promise<void> {
    const { repair } = this.config.reconciliation;
    const command = { repair, origin: 'schedule', scheduledAt } as const;
    await this.database.transaction((tx) => this.startReconciliation.run(tx, command));
  }

  async checkBooks(scheduledAt: Date, signal: AbortSignal): Promise<void> {
    await this.recordBookCheck.run({ origin: 'schedule', scheduledAt, signal });
  }
}
