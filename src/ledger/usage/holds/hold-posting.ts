import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../../http/problems/http.problems.js';
import { Clock } from '../../../kernel/clock.js';
import { RateCards } from '../../../rating/rates/rate-cards.js';
import type { HoldAnswer } from '../../api/holds.dto.js';
import { LedgerQueries } from '../../api/ledger.queries.js';
import { captureHoldCommand, captureUsageCommand, holdUsageCommand, placeHoldCommand } from '../../commands/holds.js';
import type { StoredAnswer } from '../../posting/decide-commands.js';
import { Posting } from '../../posting.js';
import { type Month, monthOf } from '../known-counters.js';
import type { UsedLine } from '../spend-requests.js';
import type { HoldNamed, PlainCapture, PlainHold, UsageCapture, UsageHold } from './hold-requests.js';
import { type HeldLine, type PricedHold, PricedHolds } from './priced-holds.js';

/** Posts holds and captures, those of usage with the rate cards that price them. */
@Injectable()
export class HoldPosting {
  private readonly priced = new PricedHolds();

  constructor(
    private readonly posting: Posting,
    private readonly cards: RateCards,
    private readonly clock: Clock,
    private readonly ledger: LedgerQueries,
  ) {}

  /** @throws what `Posting.post` does, and MeterNotFound: a meter stays, so no key was accepted without it */
  place(key: string, request: PlainHold | UsageHold): Promise<StoredAnswer> {
    return 'lines' in request ? this.placeUsage(key, request) : this.posting.post(placeHoldCommand(key, request));
  }

  /** @throws what `Posting.post` does, and AccountNotFound, HoldNotFound, MeterNotFound, ValidationFailed */
  capture(key: string, named: HoldNamed, request: PlainCapture | UsageCapture): Promise<StoredAnswer> {
    return 'amount' in request
      ? this.posting.post(captureHoldCommand(key, named, request))
      : this.captureUsage(key, named, request);
  }

  private async placeUsage(key: string, request: UsageHold): Promise<StoredAnswer> {
    const usedAt = this.clock.now();
    const meters = request.lines.map(({ meter }) => meter);
    const cards = this.cards.atHand(meters, usedAt) ?? (await this.cards.inForce(meters, usedAt));
    const answer = await this.posting.post(holdUsageCommand(key, request, { usedAt, cards }));
    // What was answered before may be of another month.
    if (!answer.replayed) this.rememberAnswered(answer.body, monthOf(usedAt));
    return answer;
  }

  /**
   * By the versions that the hold was priced by, and in its month; what it says of these never changes. Of other meters
   * by the version that was in force when it was placed.
   */
  private async captureUsage(key: string, named: HoldNamed, request: UsageCapture): Promise<StoredAnswer> {
    const hold = this.priced.find(named) ?? (await this.read(named));
    const { createdAt, month } = hold;
    const lines = 'lines' in request ? request.lines : [oneLineOf(hold, request.quantity)];
    const versions = new Map(hold.lines.map(({ meter, rateVersion }) => [meter, rateVersion]));
    const meters = lines.map(({ meter }) => meter);
    const cards =
      this.cards.atHand(meters, createdAt, versions) ?? (await this.cards.inForce(meters, createdAt, versions));
    const usedAt = createdAt.toISOString();
    const answer = await this.posting.post(captureUsageCommand(key, named, request, { lines, month, usedAt, cards }));
    // It has ended: what is remembered of thousands of these would outlive many collections of garbage.
    if (request.final !== false) this.priced.forget(named);
    return answer;
  }

  /** @throws AccountNotFound, HoldNotFound */
  private async read(named: HoldNamed): Promise<PricedHold> {
    const { createdAt, usage } = await this.ledger.holdAsKept(named.accountId, named.holdId);
    const lines = (usage?.lines ?? []).map(toHeldLine);
    const hold = { createdAt, month: usage?.month ?? monthOf(createdAt), lines };
    this.priced.remember(named, hold);
    return hold;
  }

  private rememberAnswered(body: string, month: Month): void {
    const { accountId, id: holdId, createdAt, lines = [] }: HoldAnswer = JSON.parse(body);
    this.priced.remember(
      { accountId, holdId },
      { createdAt: new Date(createdAt), month, lines: lines.map(toHeldLine) },
    );
  }
}

function toHeldLine({ meter, dimensions, rateVersion }: HeldLine): HeldLine {
  return { meter, dimensions, rateVersion };
}

/** @throws ValidationFailed for a hold of several lines, or of none */
function oneLineOf({ lines }: PricedHold, quantity: string): UsedLine {
  const [line, another] = lines;
  if (line !== undefined && another === undefined) return { meter: line.meter, quantity, dimensions: line.dimensions };
  const is = line === undefined ? 'an amount' : `${lines.length} lines`;
  throw ValidationFailed.at('/quantity', `is for a hold of one line; this hold is of ${is}: send lines, or an amount`);
}
