import { addSeconds } from '../../src/kernel/clock.js';
import { type Credits, credits, subtractCredits } from '../../src/kernel/credits.js';
import { decideTopUp, type PauseReason, type WaitReason } from '../../src/top-ups/decide-top-up.js';
import { afterDecline, type Decline } from '../../src/top-ups/decline-classes.js';
import type { PastAttempt, TopUpSettings } from '../../src/top-ups/top-up-facts.js';
import { follow, type OpenAttempt, type TopUpChange, type TopUpState } from '../../src/top-ups/top-up-states.js';

/** What the bank does with a charge. `silence` is no answer: it may have taken the money. */
type BankAnswer = 'pays' | 'silence' | Partial<Decline>;

const DECLINE: Decline = {
  code: 'card_declined',
  declineCode: null,
  adviceCode: null,
  networkDeclineCode: null,
  networkAdviceCode: null,
};

/** A pack of 12 credits for 10.00, and one account that buys it by itself. Only the pure decisions are real. */
export class PretendBuyer {
  now = new Date('2026-11-02T08:00:00Z');
  state: TopUpState = 'off';
  pausedBecause: PauseReason | undefined;
  waitsFor: WaitReason | undefined;
  available: Credits = credits(20);
  bank: BankAnswer = 'pays';
  offSessionStop: 'dispute' | 'fraud_warning' | null = null;
  readonly attempts: PastAttempt[] = [];
  settings: TopUpSettings = {
    belowCredits: credits(10),
    buys: { quantity: 1 },
    currency: 'usd',
    maxPerMonth: { amountMinor: 100_000n, count: null },
    minIntervalSeconds: 600,
  };
  private open: OpenAttempt | null = null;
  private softDeclines = 0;
  private nextTryAt: Date | null = null;

  /** What was taken from the card. */
  get chargedMinor(): bigint {
    return this.attempts.filter(({ end }) => end === 'paid').reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  }

  spend(amount: number): void {
    this.available = subtractCredits(this.available, credits(amount));
    this.look();
  }

  /** Time goes by, and each minute somebody looks. */
  pass(seconds: number): void {
    const end = addSeconds(this.now, seconds);
    while (this.now < end) {
      this.now = addSeconds(this.now, 60);
      this.look();
    }
  }

  change(change: TopUpChange, because?: PauseReason): void {
    const followed = follow(this.state, change, this.open);
    if (followed === undefined) throw new Error(`${this.state} cannot be ${change}`);
    if (followed.state === 'paused' && this.state !== 'paused') this.pausedBecause = because;
    this.state = followed.state;
    if (followed.forgetsTries) {
      this.softDeclines = 0;
      this.nextTryAt = null;
    }
    if (followed.cancels) this.end('canceled');
    if (followed.looks) this.look();
  }

  /** The attempt that is open comes to its end. */
  end(end: PastAttempt['end']): void {
    const attempt = this.attempts.findLast((each) => each.end === 'unknown');
    if (attempt === undefined) throw new Error('an attempt is open');
    attempt.end = end;
    this.open = null;
    if (end === 'paid') this.available = credits(this.available + 12n * (attempt.amountMinor / 1_000n));
    if (end === 'paid') this.change('paid');
    if (end === 'canceled') this.change('abandoned');
  }

  look(): void {
    if (this.state !== 'ready') return;
    const decision = decideTopUp({
      now: this.now,
      available: this.available,
      settings: this.settings,
      pack: { credits: credits(12), unitAmountMinor: 1_000n, currency: 'usd' },
      offSessionStop: this.offSessionStop,
      hasPaymentMethod: true,
      nextTryAt: this.nextTryAt,
      attempts: this.attempts,
    });
    this.waitsFor = decision.kind === 'wait' ? decision.because : undefined;
    if (decision.kind === 'pause') this.change('stopped', decision.because);
    if (decision.kind === 'charge') this.charge(decision.amountMinor);
  }

  private charge(amountMinor: bigint): void {
    this.change('begun');
    this.attempts.push({ triedAt: this.now, amountMinor, currency: 'usd', end: 'unknown' });
    this.open = 'charging';
    if (this.bank === 'pays') this.end('paid');
    else if (this.bank !== 'silence') this.decline({ ...DECLINE, ...this.bank });
  }

  private decline(decline: Decline): void {
    const after = afterDecline(decline, this.softDeclines, this.now);
    if (after.change === 'challenged') {
      this.open = 'action_required';
      this.change('challenged');
      return;
    }
    this.open = null;
    Object.assign(this.attempts.at(-1) ?? {}, { end: 'declined' });
    if (after.change === 'stopped') {
      this.change('stopped', after.because);
      return;
    }
    this.softDeclines = after.softDeclines;
    this.nextTryAt = after.nextTryAt;
    this.change('declined');
  }
}
