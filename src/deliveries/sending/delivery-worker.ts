import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobRegistry } from '../../jobs/job-registry.js';
import { DeliverMessage } from './deliver-message.js';
import { deliveryQueue } from './queue.js';

/** Runs the jobs of deliveries, in processes that run jobs. */
@Injectable()
export class DeliveryWorker implements OnModuleInit {
  constructor(
    private readonly registry: JobRegistry,
    private readonly deliverMessage: DeliverMessage,
  ) {}

  onModuleInit(): void {
    this.registry.register(deliveryQueue, (deliveryId) => this.deliverMessage.run(deliveryId));
  }
}
