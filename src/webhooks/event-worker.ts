import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { HandleEvent } from './handle-event.js';
import { HANDLE_STRIPE_EVENT } from './handle-event-job.js';
import { RequeueEvents } from './requeue-events.js';

/** Drains the inbox in processes that run jobs. */
@Injectable()
export class EventWorker implements OnModuleInit, OnApplicationBootstrap {
  private readonly log = new Logger(EventWorker.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly handleEvent: HandleEvent,
    private readonly requeueEvents: RequeueEvents,
  ) {}

  onModuleInit(): void {
    this.registry.register(HANDLE_STRIPE_EVENT, ({ stripeEventId }) => this.handleEvent.run(stripeEventId));
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    const requeued = await this.requeueEvents.run();
    if (requeued > 0) this.log.warn(`${requeued} events of Stripe had lost their job and are handled now`);
  }
}
