import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { PauseReason } from './decisions/decide-top-up.js';
import { type Followed, follow, type TopUpChange } from './decisions/top-up-states.js';
import { topUpQueue } from './queue.js';
import { openOf } from './top-up-attempt.entity.js';
import { changeAttempt, changeTopUp, findOpenAttempt, lockTopUp } from './top-ups.store.js';

interface More {
  /** Why they are stopped. */
  because?: PauseReason;
  /** When what was declined is tried again, and how many declines there were. */
  nextTry?: { nextTryAt: Date; softDeclines: number };
}

/**
 * Brings the top-ups of an account to what follows from a change, as the table of `top-up-states.ts` says it. Looking
 * and taking back are left to a job, since both ask Stripe. Locks the account's row of `auto_top_ups`.
 */
@Injectable()
export class ChangeTopUps {
  constructor(
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
  ) {}

  /** Undefined, and nothing is changed, where it cannot happen in this state, or the account has no such settings. */
  async run(tx: Tx, accountId: string, change: TopUpChange, more: More = {}): Promise<Followed | undefined> {
    const topUp = await lockTopUp(tx, accountId);
    if (topUp === null) return undefined;
    const attempt = await findOpenAttempt(tx, accountId);
    const followed = follow(topUp.state, change, openOf(attempt));
    if (followed === undefined) return undefined;
    const now = this.clock.now();
    const { state, looks, cancels, forgetsTries } = followed;
    const isPaused = state === 'paused';
    const pausedBecause = isPaused ? (topUp.pausedBecause ?? more.because ?? null) : null;
    invariant(!isPaused || pausedBecause !== null, `the top-ups of ${accountId} are paused for a reason`);
    await changeTopUp(tx, accountId, {
      state,
      pausedBecause,
      ...(forgetsTries && { softDeclines: 0, nextTryAt: null }),
      ...more.nextTry,
      lookAt: looks || cancels ? now : (more.nextTry?.nextTryAt ?? (attempt === null ? null : topUp.lookAt)),
      waitsFor: more.nextTry === undefined ? null : 'next_try',
      updatedAt: now,
    });
    if (cancels && attempt !== null) await changeAttempt(tx, attempt.id, { isToCancel: true });
    if (looks || cancels) await topUpQueue.add(tx, accountId);
    if (isPaused && topUp.state !== 'paused')
      await this.record.run(tx, {
        type: 'auto_top_up.paused',
        accountId,
        data: { because: pausedBecause },
        cause: `${accountId} ${now.getTime()}`,
      });
    return followed;
  }
}
