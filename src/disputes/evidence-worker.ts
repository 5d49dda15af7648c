import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { withinTime } from '../kernel/time-limit.js';
import { HAND_OVER_EVIDENCE } from './evidence-tasks.js';
import { RequeueEvidence } from './requeue-evidence.js';
import { ResumeEvidence } from './resume-evidence.js';

/**
 * Finishes answers to disputes whose request was cut off: a bank waits for them until a day, and then decides without.
 */
@Injectable()
export class EvidenceWorker implements OnModuleInit, OnApplicationBootstrap {
  private readonly log = new Logger(EvidenceWorker.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly resumeEvidence: ResumeEvidence,
    private readonly requeueEvidence: RequeueEvidence,
  ) {}

  onModuleInit(): void {
    this.registry.register(HAND_OVER_EVIDENCE, ({ evidenceId }) =>
      withinTime(this.config.stripeWaitMs, () => this.resumeEvidence.run(evidenceId)),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    const requeued = await this.requeueEvidence.run();
    if (requeued > 0) this.log.warn(`${requeued} answers to disputes had lost their job and are handed over now`);
  }
}
