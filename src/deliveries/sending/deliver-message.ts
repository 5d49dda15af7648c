import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Database, type Tx } from '../../database/database.js';
import { describeError } from '../../jobs/describe-error.js';
import { noteFailure } from '../../kernel/background.js';
import { EndpointTurns } from './endpoint-turns.js';
import { MakeAttempt } from './make-attempt.js';
import { deliveryQueue } from './queue.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';

/** When somebody else makes an attempt anew that went on without its slot, and whose process has died since. */
const TAKEN_OVER_AFTER_MS = 60_000;
/** So many attempts may go on without a slot. Those that come then keep theirs. */
const MOST_WITHOUT_SLOT = 200;

/**
 * Makes the next attempt at a delivery, for its job. An attempt that takes long goes on without the slot of its job, so
 * that it keeps no other delivery waiting: its job has ended by then, and another one is there that makes the attempt
 * anew, should this process die. So every message is sent, and may be sent more than once.
 */
@Injectable()
export class DeliverMessage implements OnModuleDestroy {
  private readonly log = new Logger(DeliverMessage.name);
  private readonly withoutSlot = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly turns: EndpointTurns,
    private readonly makeAttempt: MakeAttempt,
  ) {}

  async run(deliveryId: string): Promise<void> {
    const delivery = await this.database.dataSource.manager.findOneBy(WebhookDelivery, { id: deliveryId });
    if (delivery?.status !== 'waiting') return;
    const turn = this.turns.take(delivery.endpointId);
    if (turn.is === 'put-off') {
      await this.database.transaction((tx) => this.putOff(tx, delivery, turn.seconds));
      return;
    }
    const attempt = this.attempt(delivery);
    const isOver = await Promise.race([attempt.ended.then(() => true), pause(turn.patienceMs, false, { ref: false })]);
    if (isOver || this.withoutSlot.size >= MOST_WITHOUT_SLOT) return attempt.ended;
    attempt.goOnWithoutSlot();
    await this.database.transaction((tx) => guard(tx, delivery));
  }

  /** Attempts that go on are broken off: whoever takes them over makes them anew. */
  async onModuleDestroy(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.withoutSlot);
  }

  /** Rejects when the attempt could not be noted, or was broken off: then it is to be made anew. */
  private attempt(delivery: WebhookDelivery): { ended: Promise<void>; goOnWithoutSlot: () => void } {
    const { endpointId } = delivery;
    let wasSlow = false;
    const ended = this.makeAttempt.run(delivery, this.closing.signal).then(
      (wasAnswered) => this.turns.giveBack(endpointId, { wasAnswered, wasSlow }),
      (error: unknown) => {
        this.turns.giveBack(endpointId, { wasAnswered: undefined, wasSlow });
        throw error;
      },
    );
    const goOnWithoutSlot = () => {
      wasSlow = true;
      this.turns.noteSlow(endpointId);
      const goingOn = ended.catch((error: unknown) => this.noteBroken(error));
      this.withoutSlot.add(goingOn);
      void goingOn.finally(() => this.withoutSlot.delete(goingOn));
    };
    return { ended, goOnWithoutSlot };
  }

  private noteBroken(error: unknown): void {
    if (this.closing.signal.aborted) return;
    const failures = noteFailure('the delivery of a message');
    this.log.error(`a delivery is made anew (failure ${failures}): ${describeError(error)}`);
  }

  /** It counts as no attempt. */
  private async putOff(tx: Tx, delivery: WebhookDelivery, seconds: number): Promise<void> {
    if (!(await lockUnchanged(tx, delivery))) return;
    await deliveryQueue.add(tx, delivery.id, { delayMs: seconds * 1000 });
  }
}

/** Adds the job that makes the attempt anew, unless it has ended meanwhile: then what follows of it is noted. */
async function guard(tx: Tx, delivery: WebhookDelivery): Promise<void> {
  if (!(await lockUnchanged(tx, delivery))) return;
  await deliveryQueue.add(tx, delivery.id, { delayMs: TAKEN_OVER_AFTER_MS });
}

/** Locks a delivery. False when anything was noted of it since it was read. */
async function lockUnchanged(tx: Tx, { id, attempts }: WebhookDelivery): Promise<boolean> {
  const where = { id, attempts, status: 'waiting' } as const;
  return (await tx.findOne(WebhookDelivery, { where, lock: { mode: 'for_no_key_update' } })) !== null;
}
