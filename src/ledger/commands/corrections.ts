import type { RateCard } from '../../rating/pricing/price-lines.js';
import { type CardTerms, cardsOf, termsOf } from '../../rating/rates/rate-version.js';
import { correctionJson } from '../api/receipts.js';
import type { CorrectionAnswer } from '../corrections/corrections.dto.js';
import { decideCorrectSpend } from '../decisions/correct-spend.js';
import { countersFor } from '../decisions/spend-usage.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import type { Month } from '../usage/known-counters.js';
import { ofUsedLine, type UsedLine } from '../usage/spend-requests.js';
import { commandKey } from './command-key.js';
import { SPEND_STATUS } from './replay-spend.js';

/** A spend that is to be made anew, and how. It goes through JSON as it is. */
export interface CorrectionRequest {
  readonly accountId: string;
  readonly spendId: string;
  readonly lines: readonly UsedLine[];
  readonly reason: string;
  readonly actor: string;
  /** What the corrected spend says, and its time, which are the new one's as well. */
  readonly description: string | null;
  readonly metadata: Record<string, string> | null;
  readonly usedAt: string;
  /** By which the request is told apart from others with its key, in whatever way it names the spend. */
  readonly asked: { readonly route: string; readonly body: object };
}

/** By which cards the new spend is priced, and in which month it is counted: that of the corrected one. */
export interface CorrectionPrices {
  readonly month: Month;
  readonly cards: ReadonlyMap<string, RateCard>;
}

/** Like a spend by lines: the cards ride along, those that were in force when the corrected spend was made. */
export function correctSpendCommand(
  key: string,
  request: CorrectionRequest,
  { month, cards }: CorrectionPrices,
): LedgerCommand<CorrectionAnswer> {
  const { accountId, spendId, reason, actor, description, metadata, asked } = request;
  const lines = request.lines.map(ofUsedLine);
  const counters = countersFor({ month, lines, cards });
  const by = { month, lines, cards, counters, usedAt: new Date(request.usedAt) };
  return {
    get madeOf() {
      return ['correct-spend', key, request, month, termsOf(cards, lines)] as const;
    },
    needs: { accountId, spendIds: [spendId], counters, usedAt: by.usedAt },
    idempotency: commandKey(accountId, key, asked.route, asked.body),
    status: SPEND_STATUS,
    decide(book) {
      const said = { idempotencyKey: key, description, metadata };
      return correctionJson(decideCorrectSpend(book, spendId, by, { ...said, reason, actor }), book.balance);
    },
  };
}

export function correctSpendCommandOf(
  key: string,
  request: CorrectionRequest,
  month: string,
  terms: CardTerms[],
): LedgerCommand {
  return correctSpendCommand(key, request, { month, cards: cardsOf(terms) });
}
