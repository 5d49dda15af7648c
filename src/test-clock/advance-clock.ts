import { Injectable } from '@nestjs/common';
import { RecurringWork } from '../jobs/recurring-work.js';
import { WaitingJobs } from '../jobs/waiting-jobs.js';
import { Clock } from '../kernel/clock.js';
import { DueQueries } from '../subscriptions/due/due.queries.js';
import { SandboxClock } from './sandbox-clock.js';

/** What happens within this of each other happens in one step. */
const LEAST_STEP_SECONDS = 60;
/** How long a step waits for jobs. One that does not end keeps nobody waiting for ever. */
const LONGEST_WAIT_MS = 30_000;
/** How often what is done may make something else due at the same instant. */
const MAX_ROUNDS = 20;

/**
 * Moves the sandbox's clock and the service's together, from one instant at which something happens to the next, and at
 * each does everything that is due: events are delivered and handled, jobs run, sweeps swept. Two of these take turns.
 */
@Injectable()
export class AdvanceClock {
  private advancing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly sandbox: SandboxClock,
    private readonly jobs: WaitingJobs,
    private readonly due: DueQueries,
    private readonly recurring: RecurringWork,
  ) {}

  /** Returns the time that it is then. */
  run(seconds: number): Promise<Date> {
    const done = this.advancing.then(() => this.advance(seconds));
    this.advancing = done.catch(() => undefined);
    return done;
  }

  private async advance(seconds: number): Promise<Date> {
    let next = await this.align();
    for (let left = seconds; left > 0; ) {
      const step = Math.min(left, Math.max(LEAST_STEP_SECONDS, await this.secondsUntil(next)));
      await this.move(step);
      next = await this.workOff();
      left -= step;
    }
    return this.clock.now();
  }

  /** After a restart, or when one of them was moved alone, the one that is behind catches up. */
  private async align(): Promise<Date | null> {
    const { now } = await this.sandbox.read();
    const behindMs = now.getTime() - this.clock.now().getTime();
    if (behindMs > 0) this.clock.advance(behindMs);
    else await this.sandbox.advance(Math.floor(-behindMs / 1000));
    return this.workOff();
  }

  private async secondsUntil(sandboxNext: Date | null): Promise<number> {
    const instants = [sandboxNext, await this.due.nextAt()].filter((instant) => instant !== null);
    const next = Math.min(...instants.map((instant) => instant.getTime()));
    return instants.length === 0 ? Number.POSITIVE_INFINITY : Math.ceil((next - this.clock.now().getTime()) / 1000);
  }

  /** The service first: an event from the future would be handled in the past. */
  private async move(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1000);
    await this.jobs.bringNearer(seconds);
    await this.sandbox.advance(seconds);
  }

  /** Returns when the sandbox will do something next. */
  private async workOff(): Promise<Date | null> {
    for (let round = 1; ; round += 1) {
      await this.jobs.areDone(LONGEST_WAIT_MS);
      await this.recurring.runAll();
      const { nextDueAt } = await this.sandbox.advance(0);
      if (round === MAX_ROUNDS || !(await this.jobs.isAnyDue())) return nextDueAt;
    }
  }
}
