import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { withinTime } from '../kernel/time-limit.js';
import { evidenceQueue } from './queue.js';
import { ResumeEvidence } from './resume-evidence.js';

/**
 * Finishes answers to disputes whose request was cut off: a bank waits for them until a day, and then decides without.
 */
@Injectable()
export class EvidenceWorker implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly resumeEvidence: ResumeEvidence,
  ) {}

  onModuleInit(): void {
    this.registry.register(evidenceQueue, (evidenceId) =>
      withinTime(this.config.stripeWaitMs, () => this.resumeEvidence.run(evidenceId)),
    );
  }
}
