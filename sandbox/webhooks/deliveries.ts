import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf } from '../log.js';
import { Alarm } from '../store/alarm.js';
import type { Ground } from '../store/ground.js';
import { attempt, type Delivery, type Outcome } from './attempt.js';
import { readMode, stateUnder } from './mode.js';

const maxAtOnce = 16;
const pauseAfterFailureMs = 1_000;
const pollMs = 20;

/**
 * Sends what is due, a bounded number at once, and tries again on a schedule. The state is in Postgres: what was
 * pending or under way when the process ended is sent after the next start.
 */
export class Deliveries {
  private readonly alarm = new Alarm(() => this.sendDue());
  /** What is being sent, by the id of its delivery. */
  private readonly underWay = new Map<string, Promise<void>>();
  /**
   * Whether Postgres may hold deliveries as under way that are not: it could not be told of an end, or could not tell
   * us.
   */
  private inDoubt = false;
  private readonly attempted = new EventEmitter().setMaxListeners(0);

  constructor(
    private readonly ground: Ground,
    private readonly retryDelaysMs: number[],
  ) {
    ground.bell.on('deliveries', () => this.wake());
  }

  /** Takes up what the last process left under way, then whatever is due. */
  async start(): Promise<void> {
    await this.takeUpLost();
    this.wake();
  }

  wake(): void {
    this.alarm.wake();
  }

  async stop(): Promise<void> {
    await this.alarm.stop();
    await Promise.all(this.underWay.values());
  }

  /** Sends a delivery `copies` times at once, whatever its state, and settles it by the best of the answers. */
  async send(delivery: Delivery, copies = 1): Promise<Outcome[]> {
    const outcomes = await Promise.all(Array.from({ length: copies }, () => attempt(this.ground, delivery)));
    await this.settle(delivery, outcomes.find((outcome) => outcome.accepted) ?? outcomes[0]);
    return outcomes;
  }

  /** Waits until the event has been answered once by every endpoint that is to be told now, but not for longer. */
  async answered(eventId: string, longestMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, longestMs);
    const look = () => this.isAwaited(eventId).then((awaited) => awaited || resolve(), resolve);
    this.attempted.on(eventId, look);
    await look();
    await promise;
    clearTimeout(timer);
    this.attempted.off(eventId, look);
  }

  /** Waits until everything that is to be sent by now has been sent once, but not for longer. */
  async told(longestMs: number): Promise<void> {
    const until = Date.now() + longestMs;
    while (Date.now() < until && (await this.isAnyAwaited())) await pause(pollMs);
  }

  private async isAnyAwaited(): Promise<boolean> {
    const rows = await this.ground.database.query(
      `select
       from sandbox.deliveries
       where state = 'sending'
          or (state = 'pending' and attempts = 0 and next_attempt_at <= clock_timestamp())
       limit 1`,
    );
    return rows.length > 0;
  }

  private async isAwaited(eventId: string): Promise<boolean> {
    const rows = await this.ground.database.query(
      `select
       from sandbox.deliveries
       where event_id = $1 and attempts = 0 and state in ('pending', 'sending')
       limit 1`,
      [eventId],
    );
    return rows.length > 0;
  }

  private async sendDue(): Promise<number | undefined> {
    try {
      if (this.inDoubt) await this.takeUpLost();
      for (const delivery of await this.claim()) this.begin(delivery);
      return this.underWay.size < maxAtOnce ? await this.untilNextMs() : undefined;
    } catch (error) {
      this.inDoubt = true;
      this.ground.log({ level: 'error', message: `deliveries could not be read: ${reasonOf(error)}` });
      return pauseAfterFailureMs;
    }
  }

  /** Lets what nobody sends be sent. An event may come twice. */
  private async takeUpLost(): Promise<void> {
    await this.ground.database.query(
      `update sandbox.deliveries set state = 'pending' where state = 'sending' and not id = any($1)`,
      [[...this.underWay.keys()]],
    );
    this.inDoubt = false;
  }

  private claim(): Promise<Delivery[]> {
    return this.ground.database.query<Delivery>(
      `with due as (
         select id
         from sandbox.deliveries
         where state = 'pending' and next_attempt_at <= clock_timestamp()
         order by next_attempt_at, id
         limit $1
         for update skip locked
       ), claimed as (
         update sandbox.deliveries d
         set state = 'sending'
         from due
         where d.id = due.id
         returning d.id, d.event_id, d.endpoint_id, d.attempts
       )
       select * from claimed order by id`,
      [maxAtOnce - this.underWay.size],
    );
  }

  /** Sends in the background; the next is claimed when a place becomes free. */
  private begin(delivery: Delivery): void {
    const sending = this.send(delivery)
      .then(
        () => undefined,
        (error) => {
          this.inDoubt = true;
          this.ground.log({ level: 'error', message: `what became of a delivery is not noted: ${reasonOf(error)}` });
        },
      )
      .finally(() => {
        this.underWay.delete(delivery.id);
        this.wake();
      });
    this.underWay.set(delivery.id, sending);
  }

  private async settle(delivery: Delivery, outcome: Outcome | undefined): Promise<void> {
    const { database, log } = this.ground;
    const accepted = outcome?.accepted ?? false;
    const delayMs = this.retryDelaysMs[delivery.attempts];
    await database.transaction(async (tx) => {
      const waiting = delayMs === undefined ? 'failed' : stateUnder[await readMode(tx)];
      await tx.query(
        `update sandbox.deliveries
         set state = $2, attempts = attempts + 1, last_result = $3,
             next_attempt_at = clock_timestamp() + $4 * interval '1 millisecond'
         where id = $1`,
        [delivery.id, accepted ? 'delivered' : waiting, outcome?.result, delayMs ?? 0],
      );
    });
    if (!accepted) log({ level: 'warn', message: `webhook ${delivery.event_id} not accepted: ${outcome?.result}` });
    this.attempted.emit(delivery.event_id);
  }

  private async untilNextMs(): Promise<number | undefined> {
    const [row] = await this.ground.database.query<{ wait_ms: string | null }>(
      `select extract(epoch from min(next_attempt_at) - clock_timestamp()) * 1000 as wait_ms
       from sandbox.deliveries
       where state = 'pending'`,
    );
    return row?.wait_ms ? Number(row.wait_ms) : undefined;
  }
}
