import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { Database, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { PostResult } from '../addresses/post-message.js';
import { DisableEndpoint } from '../endpoints/disable-endpoint.js';
import { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import { AttemptCounts } from './attempt-counts.js';
import { nextAttemptAt, retryAfterSecondsOf, secondsToNext } from './attempt-schedule.js';
import { deliveryQueue } from './queue.js';
import { type DeliveryStatus, WebhookDelivery } from './webhook-delivery.entity.js';

const GONE = 410;

/** What follows of an attempt. */
interface Outcome {
  status: Extract<DeliveryStatus, 'delivered' | 'failed' | 'waiting'>;
  /** After how many seconds the next attempt is made; undefined when there is none. */
  seconds: number | undefined;
}

/**
 * Notes what became of an attempt, and what follows of it. Any 2xx has delivered the message. Everything else has
 * failed: it is tried again by the schedule, or later where the endpoint asks for that; 410 disables the endpoint.
 */
@Injectable()
export class NoteAttempt {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly disableEndpoint: DisableEndpoint,
    private readonly counts: AttemptCounts,
  ) {}

  /**
   * The delivery is as it was when the attempt began: where two attempts were made at once, the first that ends counts.
   * One that was canceled or begun anew meanwhile stays so. Locks the endpoint where something of it changes, then the
   * delivery.
   */
  async run(delivery: WebhookDelivery, result: PostResult): Promise<void> {
    const outcome = outcomeOf(delivery.attempts + 1, result);
    await this.database.transaction((tx) => this.note(tx, delivery, result, outcome));
    this.counts.count(outcome.status, result.status);
  }

  private async note(
    tx: Tx,
    { id, endpointId, attempts }: WebhookDelivery,
    result: PostResult,
    { status, seconds }: Outcome,
  ): Promise<void> {
    const now = this.clock.now();
    const isGone = result.status === GONE;
    if (isGone) await tx.findOne(WebhookEndpoint, { where: { id: endpointId }, lock: { mode: 'for_no_key_update' } });
    await noteHealth(tx, endpointId, status === 'delivered' ? null : now);
    const { affected } = await tx.update(
      WebhookDelivery,
      { id, attempts, status: 'waiting' },
      {
        status,
        attempts: attempts + 1,
        attemptedAt: now,
        nextAttemptAt: nextAttemptAt(now, seconds),
        endedAt: status === 'waiting' ? null : now,
        responseStatus: result.status,
        responseText: result.text,
        failure: status === 'delivered' ? null : failureOf(result),
        durationMs: result.durationMs,
      },
    );
    if (affected !== 1) return;
    if (seconds !== undefined) await deliveryQueue.add(tx, id, { delayMs: seconds * 1000 });
    if (isGone) await this.disableEndpoint.run(tx, endpointId, 'gone');
  }
}

function outcomeOf(attempts: number, { status, retryAfter }: PostResult): Outcome {
  if (status !== null && status >= 200 && status < 300) return { status: 'delivered', seconds: undefined };
  const retryAfterSeconds = retryAfterSecondsOf(retryAfter, new Date());
  const seconds = status === GONE ? undefined : secondsToNext(attempts, retryAfterSeconds);
  return { status: seconds === undefined ? 'failed' : 'waiting', seconds };
}

/** Since when attempts at an endpoint have failed. Written where it changes alone: all attempts share that row. */
async function noteHealth(tx: Tx, endpointId: string, failedAt: Date | null): Promise<void> {
  const failingSince = failedAt === null ? Not(IsNull()) : IsNull();
  await tx.update(WebhookEndpoint, { id: endpointId, failingSince }, { failingSince: failedAt });
}

function failureOf({ failure, status }: PostResult): string {
  if (failure !== null) return failure;
  if (status !== null && status >= 300 && status < 400) return `it answered ${status}, and no redirect is followed`;
  return `it answered ${status}, and only 2xx says that a message was taken`;
}
