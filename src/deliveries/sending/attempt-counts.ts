import { Injectable } from '@nestjs/common';
import { type Counter, Metrics, PROCESS_LABEL } from '../../http/metrics/metrics.js';
import type { DeliveryStatus } from './webhook-delivery.entity.js';

/** Counts attempts to deliver by what became of them and by what was answered. */
@Injectable()
export class AttemptCounts {
  private readonly attempts: Counter;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter(
      'scrip_webhook_attempts_total',
      'Attempts to send to webhook endpoints, by what became of the delivery and the class of the answer.',
    );
  }

  count(delivery: DeliveryStatus, status: number | null): void {
    this.attempts.count({ delivery, answer: classOf(status), ...PROCESS_LABEL });
  }
}

/** Somebody else says what the status is: any of three digits, and so of few classes. */
function classOf(status: number | null): string {
  return status === null ? 'none' : `${Math.floor(status / 100)}xx`;
}
