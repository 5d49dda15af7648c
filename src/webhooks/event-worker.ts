import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { HandleEvent } from './handle-event.js';
import { FIRST_ATTEMPTS, FURTHER_ATTEMPTS, requeueEvents } from './queue.js';

/** Drains the inbox in processes that run jobs. */
@Injectable()
export class EventWorker implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly registry: JobRegistry,
    private readonly handleEvent: HandleEvent,
  ) {}

  /** A first attempt waits half as long for Stripe: others wait behind it, and those that follow have slots apart. */
  onModuleInit(): void {
    const { stripeWaitMs } = this.config;
    for (const queue of Object.values(FIRST_ATTEMPTS))
      this.registry.register(queue, (stripeEventId) => this.handleEvent.run(stripeEventId, stripeWaitMs / 2));
    this.registry.register(FURTHER_ATTEMPTS, (stripeEventId) => this.handleEvent.run(stripeEventId, stripeWaitMs));
    this.registry.requeueAtStart({ plural: 'events of Stripe', run: requeueEvents });
  }
}
