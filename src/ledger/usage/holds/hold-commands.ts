import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../../http/problems/http.problems.js';
import { Clock } from '../../../kernel/clock.js';
import type { RateCard } from '../../../rating/pricing/price-lines.js';
import { RateCards } from '../../../rating/rates/rate-cards.js';
import { LedgerQueries } from '../../api/ledger.queries.js';
import type { Hold } from '../../book/model.js';
import { captureHoldCommand, captureUsageCommand, holdUsageCommand, placeHoldCommand } from '../../commands/holds.js';
import type { LedgerCommand } from '../../posting/decide-commands.js';
import { monthOf } from '../known-counters.js';
import type { UsedLine } from '../spend-requests.js';
import type { PlainCapture, PlainHold, UsageCapture, UsageHold } from './hold-requests.js';

/** Makes the commands of holds and captures, with the rate cards that price those of usage. */
@Injectable()
export class HoldCommands {
  constructor(
    private readonly cards: RateCards,
    private readonly clock: Clock,
    private readonly ledger: LedgerQueries,
  ) {}

  /**
   * At once for a hold of an amount, and where the cards are in memory.
   * @throws MeterNotFound: a meter stays, so no key was accepted without it
   */
  place(key: string, request: PlainHold | UsageHold): LedgerCommand | Promise<LedgerCommand> {
    if (!('lines' in request)) return placeHoldCommand(key, request);
    const usedAt = this.clock.now();
    const meters = request.lines.map(({ meter }) => meter);
    const command = (cards: Map<string, RateCard>) => holdUsageCommand(key, request, { usedAt, cards });
    const cards = this.cards.atHand(meters, usedAt);
    return cards === undefined ? this.cards.inForce(meters, usedAt).then(command) : command(cards);
  }

  /** At once for a capture of an amount. @throws AccountNotFound, HoldNotFound, MeterNotFound, ValidationFailed */
  capture(
    key: string,
    named: { accountId: string; holdId: string },
    request: PlainCapture | UsageCapture,
  ): LedgerCommand | Promise<LedgerCommand> {
    return 'amount' in request ? captureHoldCommand(key, named, request) : this.captureUsage(key, named, request);
  }

  /**
   * By the versions that the hold was priced by, and in its month; what it says of these never changes. Of other meters
   * by the version that was in force when it was placed.
   */
  private async captureUsage(
    key: string,
    named: { accountId: string; holdId: string },
    request: UsageCapture,
  ): Promise<LedgerCommand> {
    const hold = await this.ledger.holdAsKept(named.accountId, named.holdId);
    const lines = 'lines' in request ? request.lines : [oneLineOf(hold, request.quantity)];
    const versions = new Map(hold.usage?.lines.map(({ meter, rateVersion }) => [meter, rateVersion]));
    const meters = lines.map(({ meter }) => meter);
    const cards = await this.cards.inForce(meters, hold.createdAt, versions);
    const month = hold.usage?.month ?? monthOf(hold.createdAt);
    return captureUsageCommand(key, named, request, { lines, month, usedAt: hold.createdAt.toISOString(), cards });
  }
}

/** @throws ValidationFailed for a hold of several lines, or of none */
function oneLineOf({ usage }: Hold, quantity: string): UsedLine {
  const [line, another] = usage?.lines ?? [];
  if (line !== undefined && another === undefined) return { meter: line.meter, quantity, dimensions: line.dimensions };
  const is = usage === null ? 'an amount' : `${usage.lines.length} lines`;
  throw ValidationFailed.at('/quantity', `is for a hold of one line; this hold is of ${is}: send lines, or an amount`);
}
