import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { Database, type Tx } from '../database/database.js';
import { addSeconds, Clock } from '../kernel/clock.js';
import { toJsonInteger } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
import { abandonOrder, lockOrder } from '../orders/orders.store.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { Decline, OffSessionCharge } from '../stripe/objects/off-session.js';
import { ChangeTopUps } from './change-top-ups.js';
import { confirmAddress } from './confirm/confirm-address.js';
import type { PauseReason } from './decisions/decide-top-up.js';
import { afterDecline } from './decisions/decline-classes.js';
import { openOf, type TopUpAttempt } from './top-up-attempt.entity.js';
import { changeAttempt, changeTopUp, findAttempt, lockTopUp } from './top-ups.store.js';

/** How long a person has to confirm what their bank asks about. */
const ACTION_SECONDS = 24 * 60 * 60;
/** When an attempt that is with the bank is asked about again. */
const ASK_AGAIN_SECONDS = 60 * 60;

/**
 * Brings an attempt, and the account's top-ups with it, to what Stripe says has become of it. It is paid when its order
 * is: credits are given by the same verified fact as any purchase. Locks the order, then the account's row of
 * `auto_top_ups`. An attempt that is over stays as it is.
 */
@Injectable()
export class SettleAttempt {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
    private readonly changeTopUps: ChangeTopUps,
  ) {}

  /** `charge` is undefined where nothing was asked of Stripe, and nothing will be. */
  async run(tx: Tx, { id, orderId }: TopUpAttempt, charge: OffSessionCharge | undefined): Promise<void> {
    const order = await lockOrder(tx, orderId);
    const attempt = await this.lock(tx, id);
    if (attempt === undefined) return;
    if (order.chargedMinor !== null) return this.paid(tx, attempt);
    if (charge === undefined) {
      await abandonOrder(tx, order, this.clock.now());
      return this.canceled(tx, attempt);
    }
    const { stripePaymentIntentId } = charge;
    await changeAttempt(tx, id, { stripePaymentIntentId });
    if (charge.state === 'canceled') return this.canceled(tx, attempt);
    if (charge.state === 'declined' && attempt.doing === 'charging') return this.declined(tx, attempt, charge.decline);
    if (isExpired(attempt, this.clock.now()) && charge.state !== 'paid') {
      await this.changeTopUps.run(tx, attempt.accountId, 'stopped', { because: 'not_confirmed' });
      return;
    }
    const lookAt = attempt.actionExpiresAt ?? addSeconds(this.clock.now(), ASK_AGAIN_SECONDS);
    await changeTopUp(tx, attempt.accountId, { lookAt });
  }

  /** Stripe would not even try, and says why; nothing was charged. */
  async refused(tx: Tx, { id, orderId }: TopUpAttempt, because: PauseReason): Promise<void> {
    const order = await lockOrder(tx, orderId);
    const attempt = await this.lock(tx, id);
    if (attempt === undefined) return;
    await abandonOrder(tx, order, this.clock.now());
    await this.end(tx, attempt, 'canceled');
    await this.failed(tx, attempt, { declineCode: null, nextTryAt: null });
    await this.changeTopUps.run(tx, attempt.accountId, 'stopped', { because });
  }

  /** Whether an attempt has come to its end. */
  async isOver(attemptId: string): Promise<boolean> {
    return openOf(await findAttempt(this.database.dataSource.manager, attemptId)) === null;
  }

  private async lock(tx: Tx, attemptId: string): Promise<TopUpAttempt | undefined> {
    const known = await findAttempt(tx, attemptId);
    invariant(known !== null, `attempt ${attemptId} is there`);
    await lockTopUp(tx, known.accountId);
    const attempt = await findAttempt(tx, attemptId);
    return openOf(attempt) === null ? undefined : (attempt ?? undefined);
  }

  private async paid(tx: Tx, attempt: TopUpAttempt): Promise<void> {
    await this.end(tx, attempt, 'paid');
    await this.changeTopUps.run(tx, attempt.accountId, 'paid');
    await this.tell(tx, attempt, 'auto_top_up.succeeded', {});
  }

  private async canceled(tx: Tx, attempt: TopUpAttempt): Promise<void> {
    await this.end(tx, attempt, 'canceled');
    await this.changeTopUps.run(tx, attempt.accountId, 'abandoned', { because: 'not_confirmed' });
  }

  private async declined(tx: Tx, attempt: TopUpAttempt, decline: Decline | null): Promise<void> {
    invariant(decline !== null, `attempt ${attempt.id} was declined for a reason`);
    const now = this.clock.now();
    const { accountId, id } = attempt;
    const topUp = await lockTopUp(tx, accountId);
    const after = afterDecline(decline, topUp?.softDeclines ?? 0, now);
    const declineCode = decline.declineCode ?? decline.code;
    if (after.change === 'challenged') {
      const actionExpiresAt = addSeconds(now, ACTION_SECONDS);
      await changeAttempt(tx, id, { doing: 'action_required', declineCode, actionExpiresAt });
      await this.changeTopUps.run(tx, accountId, 'challenged');
      await changeTopUp(tx, accountId, { lookAt: actionExpiresAt });
      const actionUrl = confirmAddress(this.runtime.publicUrl, attempt);
      return this.tell(tx, attempt, 'auto_top_up.action_required', {
        actionUrl,
        actionExpiresAt: actionExpiresAt.toISOString(),
      });
    }
    await changeAttempt(tx, id, { declineCode });
    await this.end(tx, attempt, 'declined');
    if (after.change === 'stopped') {
      await this.failed(tx, attempt, { declineCode, nextTryAt: null });
      await this.changeTopUps.run(tx, accountId, 'stopped', { because: after.because });
      return;
    }
    const { nextTryAt, softDeclines } = after;
    await this.failed(tx, attempt, { declineCode, nextTryAt });
    await this.changeTopUps.run(tx, accountId, 'declined', { nextTry: { nextTryAt, softDeclines } });
  }

  private async end(tx: Tx, { id }: TopUpAttempt, doing: 'paid' | 'declined' | 'canceled'): Promise<void> {
    await changeAttempt(tx, id, { doing, endedAt: this.clock.now() });
  }

  private failed(
    tx: Tx,
    attempt: TopUpAttempt,
    { declineCode, nextTryAt }: { declineCode: string | null; nextTryAt: Date | null },
  ): Promise<void> {
    const data = { declineCode, nextTryAt: nextTryAt?.toISOString() ?? null };
    return this.tell(tx, attempt, 'auto_top_up.failed', data);
  }

  private async tell(
    tx: Tx,
    { id, accountId, orderId, amountMinor, currency }: TopUpAttempt,
    type: 'auto_top_up.succeeded' | 'auto_top_up.failed' | 'auto_top_up.action_required',
    more: Record<string, string | null>,
  ): Promise<void> {
    const data = { orderId, amountMinor: toJsonInteger(amountMinor), currency, ...more };
    await this.record.run(tx, { type, accountId, data, cause: id });
  }
}

function isExpired({ doing, actionExpiresAt }: TopUpAttempt, now: Date): boolean {
  return doing === 'action_required' && actionExpiresAt !== null && actionExpiresAt <= now;
}
