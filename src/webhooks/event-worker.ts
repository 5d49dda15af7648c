import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { HandleEvent } from './handle-event.js';
import { EVENT_TASKS, HANDLE_WAITING_EVENT } from './handle-event-job.js';
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

  /** A first attempt waits half as long for Stripe: others wait behind it, and those that follow have slots apart. */
  onModuleInit(): void {
    const { stripeWaitMs } = this.config;
    for (const { task, slots } of EVENT_TASKS)
      this.registry.register(task, ({ stripeEventId }) => this.handleEvent.run(stripeEventId, stripeWaitMs / 2), {
        slots,
      });
    this.registry.register(
      HANDLE_WAITING_EVENT,
      ({ stripeEventId }) => this.handleEvent.run(stripeEventId, stripeWaitMs),
      { slots: 'waiting' },
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'api') return;
    const requeued = await this.requeueEvents.run();
    if (requeued > 0) this.log.warn(`${requeued} events of Stripe had lost their job and are handled now`);
  }
}
