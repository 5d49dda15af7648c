import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, LessThan, Not } from 'typeorm';
import { Database, type Tx } from '../../database/database.js';
import { RecurringWork } from '../../jobs/recurring-work.js';
import { Clock } from '../../kernel/clock.js';
import type { DomainEvent } from '../../outbox/domain-event.js';
import { EventsQueries, lastNumber } from '../../outbox/events.queries.js';
import { EventsNoLongerKept } from '../../outbox/outbox.problems.js';
import { feedTypesOf } from '../endpoints/event-filter.js';
import { WebhookEndpoint } from '../endpoints/webhook-endpoint.entity.js';
import { addDeliveries } from './deliveries.store.js';

const LOOK_EVERY_MS = 200;
const EVENTS_PER_STEP = 200;

/** A part of the feed that an endpoint is to be sent. */
interface Part {
  readonly events: readonly DomainEvent[];
  /** Up to which number nothing is left out. */
  readonly through: number;
}

/**
 * Makes a delivery of each event of the feed for each endpoint that wants it: how far an endpoint has come is noted in
 * the transaction that adds them, so each event is added exactly once, whatever dies. Endpoints are followed one by one
 * and hold no other up; of several processes one adds, and the others find that nothing is left to do.
 */
@Injectable()
export class FanOut implements OnModuleInit {
  private readonly log = new Logger(FanOut.name);

  constructor(
    private readonly database: Database,
    private readonly events: EventsQueries,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for events to deliver', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  /** Adds what there is to add now. */
  async run(): Promise<void> {
    const { manager } = this.database.dataSource;
    const last = BigInt(await lastNumber(manager));
    const behind = await manager.find(WebhookEndpoint, {
      where: { status: 'enabled', followedNumber: LessThan(last) },
      order: { id: 'asc' },
    });
    for (const endpoint of behind) while (await this.follow(endpoint));
    const replaying = await manager.find(WebhookEndpoint, {
      where: { status: 'enabled', replayedNumber: Not(IsNull()) },
      order: { id: 'asc' },
    });
    for (const endpoint of replaying) while (await this.replay(endpoint));
  }

  /** Adds the next deliveries of an endpoint. Returns whether there may be more to add here. */
  private async follow(endpoint: WebhookEndpoint): Promise<boolean> {
    const { id, followedNumber } = endpoint;
    const part = await this.partBehind(followedNumber, endpoint);
    const through = BigInt(part.through);
    const isNoted = await this.database.transaction(async (tx) => {
      if (!(await lockAt(tx, { id, followedNumber }))) return false;
      await this.add(tx, id, part.events);
      await tx.update(WebhookEndpoint, { id }, { followedNumber: through });
      return true;
    });
    endpoint.followedNumber = through;
    return isNoted && part.events.length === EVENTS_PER_STEP;
  }

  /** The same for a replay, which sends again what was sent. */
  private async replay(endpoint: WebhookEndpoint): Promise<boolean> {
    const { id, replayedNumber, replayThroughNumber } = endpoint;
    if (replayedNumber === null || replayThroughNumber === null) return false;
    const part = await this.partBehind(replayedNumber, endpoint);
    const events = part.events.filter(({ number }) => BigInt(number) <= replayThroughNumber);
    const through = BigInt(part.through);
    const isOver = through >= replayThroughNumber;
    const noted = isOver ? { replayedNumber: null, replayThroughNumber: null } : { replayedNumber: through };
    const isNoted = await this.database.transaction(async (tx) => {
      if (!(await lockAt(tx, { id, replayedNumber, replayThroughNumber }))) return false;
      await this.add(tx, id, events, { again: true });
      await tx.update(WebhookEndpoint, { id }, noted);
      return true;
    });
    Object.assign(endpoint, noted);
    return isNoted && !isOver;
  }

  private async add(tx: Tx, endpointId: string, events: readonly DomainEvent[], { again = false } = {}): Promise<void> {
    const messages = events.map(({ id: messageId, type }) => ({ messageId, type }));
    await addDeliveries(tx, endpointId, messages, { now: this.clock.now(), again });
  }

  /** What was deleted meanwhile is passed over, and said. */
  private async partBehind(number: bigint, { id, events }: WebhookEndpoint): Promise<Part> {
    const filter = { limit: EVENTS_PER_STEP, types: feedTypesOf(events) };
    try {
      return await this.events.after(Number(number), filter);
    } catch (error) {
      if (!(error instanceof EventsNoLongerKept)) throw error;
      const { sequence } = error.facts;
      this.log.warn(`the endpoint ${id} is not sent the events ${number + 1n} to ${sequence - 1}, which were deleted`);
      return { events: [], through: sequence - 1 };
    }
  }
}

/** Locks an endpoint that is enabled and has come exactly so far. False when somebody else has moved it. */
async function lockAt(tx: Tx, at: FindOptionsWhere<WebhookEndpoint>): Promise<boolean> {
  const where: FindOptionsWhere<WebhookEndpoint> = { ...at, status: 'enabled' };
  return (await tx.findOne(WebhookEndpoint, { where, lock: { mode: 'for_no_key_update' } })) !== null;
}
