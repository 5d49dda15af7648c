import { randomUUID } from 'node:crypto';
import { Problem } from '../../src/kernel/problem.js';
import { correctSpendCommand } from '../../src/ledger/commands/corrections.js';
import { adjustCommand, grantCommand, voidGrantCommand } from '../../src/ledger/commands/grants.js';
import {
  captureHoldCommand,
  extendHoldCommand,
  placeHoldCommand,
  releaseHoldCommand,
} from '../../src/ledger/commands/holds.js';
import { reverseSpendCommand, spendCommand, spendUsageCommand } from '../../src/ledger/commands/spends.js';
import type { LedgerCommand } from '../../src/ledger/posting/decide-commands.js';
import type { PostingQueues } from '../../src/ledger/posting/posting-queues.js';
import { monthOf } from '../../src/ledger/usage/known-counters.js';
import type { UsedLine } from '../../src/ledger/usage/spend-requests.js';
import { aCard, cardsOf, METER } from '../support/make/rates.js';
import type { TestPurchases } from '../support/shop/purchases.js';
import { DEAR } from './ledger/model-lines.js';
import { ModelAccount, type ModelPurchase, Refused } from './model.js';
import type { Step } from './steps.js';

const DAY_MS = 86_400_000;

const CARDS = cardsOf(
  aCard([
    {
      match: {},
      tiers: [
        { upTo: `${DEAR.units}`, credits: DEAR.credits, per: 1 },
        { upTo: null, credits: 1, per: 1 },
      ],
      mode: 'graduated',
      by: 'month',
    },
  ]),
);

export interface Service {
  queue: PostingQueues;
  purchases: TestPurchases;
}

/** Something sent under a key: how to send it, what the model makes of it, and the answer once it was accepted. */
interface Sent {
  key: string;
  command: LedgerCommand;
  /** Returns the new thing that the answer's id names, if there is one. */
  predict: () => object | undefined;
  acceptedBody: string | undefined;
}

/**
 * Plays the steps of one account on the service and on the model, and compares every verdict and the balances that
 * answers carry. It remembers every key, to send it again.
 */
export class Player {
  readonly model: ModelAccount;
  private readonly ids = new Map<object, string>();
  private readonly sent: Sent[] = [];

  constructor(
    readonly accountId: string,
    private readonly service: Service,
    private readonly now: () => Date,
  ) {
    this.model = new ModelAccount(this.day());
  }

  day(): number {
    return this.now().getTime() / DAY_MS;
  }

  async play(step: Step): Promise<void> {
    this.model.passTo(this.day());
    switch (step.do) {
      case 'buy':
        return this.buy(step);
      case 'settle':
        return this.settle(step);
      case 'again':
        return this.again(step);
      default: {
        const sent = this.commandOf(step);
        this.sent.push(sent);
        return this.send(sent);
      }
    }
  }

  private async send(sent: Sent): Promise<void> {
    const expected = this.predicted(sent.predict);
    const answered = await this.post(sent.command);
    expect({ command: sent.command.needs, outcome: answered.outcome }).toEqual({
      command: sent.command.needs,
      outcome: expected.outcome,
    });
    if (answered.body === undefined) return;
    sent.acceptedBody = answered.body;
    const body = JSON.parse(answered.body);
    if (expected.made !== undefined) this.ids.set(expected.made, body.id);
    // What a command has uncovered lapses with it: no answer offers it.
    this.model.passTo(this.day());
    if ('available' in body) expect([body.balance, body.available]).toEqual([this.model.balance, this.model.available]);
  }

  private async again({ which, otherBody }: Extract<Step, { do: 'again' }>): Promise<void> {
    const earlier = this.sent[which % this.sent.length];
    if (earlier === undefined) return;
    const other = spendCommand(earlier.key, { accountId: this.accountId, amount: 1, description: randomUUID() });
    if (earlier.acceptedBody === undefined) {
      // The key of what was refused is free: whatever comes with it is judged anew.
      if (otherBody) Object.assign(earlier, { command: other, predict: () => this.model.spend(1) });
      return this.send(earlier);
    }
    const answered = await this.post(otherBody ? other : earlier.command);
    expect(answered).toEqual(
      otherBody ? { outcome: 'idempotency-key-reused' } : { outcome: 'replayed', body: earlier.acceptedBody },
    );
  }

  private async buy({ amount, lastsDays }: Extract<Step, { do: 'buy' }>): Promise<void> {
    const name = `pi_${this.model.purchases.length}`;
    const endsAt = lastsDays === null ? Number.POSITIVE_INFINITY : this.day() + lastsDays;
    const { grant } = this.model.buy(name, amount, endsAt);
    this.ids.set(grant, await this.service.purchases.credit(this.accountId, name, amount, dateOf(endsAt)));
  }

  private async settle({ which, target, policy }: Extract<Step, { do: 'settle' }>): Promise<void> {
    const purchase: ModelPurchase | undefined = this.model.purchases[which % this.model.purchases.length];
    if (purchase === undefined) return;
    const within = Math.min(target, purchase.grant.amount);
    this.model.settle(purchase, within, policy);
    const settled = await this.service.purchases.settle(this.accountId, purchase.name, within, policy);
    const { lapsed, reversed, shortfall } = purchase;
    expect(settled).toEqual({ lapsed, reversed, shortfall });
  }

  private commandOf(step: Exclude<Step, { do: 'buy' | 'settle' | 'again' }>): Sent {
    const key = randomUUID();
    const { accountId, model } = this;
    const who = { accountId, actor: 'a test' };
    const sent = (command: LedgerCommand, predict: () => unknown): Sent => ({
      ...{ key, command, acceptedBody: undefined },
      predict: () => (predict() ?? undefined) as object | undefined,
    });
    switch (step.do) {
      case 'grant': {
        const { amount, category, priority, startsInDays, lastsDays } = step;
        const startsAt = this.day() + startsInDays;
        const endsAt = lastsDays === null ? Number.POSITIVE_INFINITY : startsAt + lastsDays;
        const times = { effectiveAt: dateOf(startsAt)?.toISOString(), expiresAt: dateOf(endsAt)?.toISOString() };
        return sent(grantCommand(key, who, { amount, category, priority, reason: 'a test', ...times }), () =>
          model.grant({ amount, category, priority, startsAt, endsAt, origin: 'call' }),
        );
      }
      case 'spend':
        return sent(spendCommand(key, { accountId, amount: step.amount }), () => model.spend(step.amount));
      case 'use': {
        const month = monthOf(this.now());
        const request = { accountId, lines: linesOf(step.quantities) };
        return sent(spendUsageCommand(key, request, { usedAt: this.now(), cards: CARDS }), () =>
          model.use(month, step.quantities),
        );
      }
      case 'undo': {
        const { it, id: spendId } = this.named(model.spends, step.which, 'spd');
        const body = { lines: [step.line], reason: 'a test' };
        return sent(reverseSpendCommand(key, { ...who, spendId }, body), () => model.undoLine(it, step.line));
      }
      case 'correct': {
        const { it, id: spendId } = this.named(model.spends, step.which, 'spd');
        const request = {
          ...{ ...who, spendId, lines: linesOf(step.quantities), reason: 'a test', description: null, metadata: null },
          ...{ usedAt: this.now().toISOString(), asked: { route: spendId, body: step.quantities } },
        };
        const prices = { month: it?.usage?.month ?? monthOf(this.now()), cards: CARDS };
        return sent(correctSpendCommand(key, request, prices), () => model.correct(it, step.quantities));
      }
      case 'hold': {
        const body = { accountId, amount: step.amount, expiresInSeconds: step.days * 86_400 };
        return sent(placeHoldCommand(key, body), () => model.hold(step.amount, step.days));
      }
      case 'capture': {
        const { amount, final } = step;
        const { it, id: holdId } = this.named(model.holds, step.which, 'hld');
        return sent(captureHoldCommand(key, { accountId, holdId }, { amount, final }), () =>
          model.capture(it, amount, final),
        );
      }
      case 'extend': {
        const { it, id: holdId } = this.named(model.holds, step.which, 'hld');
        const body = { expiresInSeconds: step.days * 86_400 };
        return sent(extendHoldCommand(key, { accountId, holdId }, body), () => model.extend(it, step.days));
      }
      case 'release': {
        const { it, id } = this.named(model.holds, step.which, 'hld');
        return sent(releaseHoldCommand(key, accountId, id), () => model.release(it));
      }
      case 'reverse': {
        const amount = step.amount ?? undefined;
        const { it, id: spendId } = this.named(model.spends, step.which, 'spd');
        return sent(reverseSpendCommand(key, { ...who, spendId }, { amount, reason: 'a test' }), () =>
          model.reverse(it, amount),
        );
      }
      case 'adjust':
        return sent(adjustCommand(key, who, { amount: step.amount, reason: 'a test' }), () =>
          model.adjust(step.amount),
        );
      case 'void': {
        const nameable = model.grants.filter((grant) => this.ids.has(grant));
        const { it, id: grantId } = this.named(nameable, step.which, 'grt');
        return sent(voidGrantCommand(key, { ...who, grantId }, {}), () => model.void(it));
      }
    }
  }

  /** One of the things there are, or the id of one that there is not. */
  private named<T extends object>(things: T[], which: number, prefix: string): { it: T | undefined; id: string } {
    const it = things[which % things.length];
    return { it, id: (it && this.ids.get(it)) ?? `${prefix}_${'0'.repeat(26)}` };
  }

  private predicted(predict: Sent['predict']): { outcome: string; made?: object } {
    try {
      return { outcome: 'accepted', made: predict() };
    } catch (error) {
      if (error instanceof Refused) return { outcome: error.message };
      throw error;
    }
  }

  private async post(command: LedgerCommand): Promise<{ outcome: string; body?: string }> {
    try {
      const { replayed, body } = await this.service.queue.post(command);
      return { outcome: replayed ? 'replayed' : 'accepted', body };
    } catch (error) {
      if (error instanceof Problem) return { outcome: error.type };
      throw error;
    }
  }
}

function linesOf(quantities: number[]): UsedLine[] {
  return quantities.map((quantity) => ({ meter: METER, quantity: `${quantity}`, dimensions: {} }));
}

function dateOf(day: number): Date | undefined {
  return Number.isFinite(day) ? new Date(Math.round(day * DAY_MS)) : undefined;
}
