import { credits } from '../../kernel/credits.js';
import type { RateCard } from '../../rating/pricing/price-lines.js';
import { type CardTerms, cardsOf, termsOf } from '../../rating/rates/rate-version.js';
import { reversalAnswer, spendJson, usageJson } from '../api/answers.js';
import type { ReversalAnswer, ReversalBody, SpendAnswer } from '../api/spends.dto.js';
import { decideReverseSpend } from '../decisions/reverse-spend.js';
import { decideSpend } from '../decisions/spend.js';
import { countersFor, decideSpendUsage } from '../decisions/spend-usage.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { monthOf } from '../usage/known-counters.js';
import { ofUsedLine, type PlainSpend, type UsageSpend } from '../usage/spend-requests.js';
import { commandKey, KeptKey } from './command-key.js';
import { SPEND_STATUS, spendFingerprint } from './replay-spend.js';

export function spendCommand(key: string, request: PlainSpend): LedgerCommand<SpendAnswer> {
  const { accountId, amount, description = null, metadata = null } = request;
  const idempotency = new KeptKey(accountId, key, () => spendFingerprint(request));
  return {
    madeOf: ['spend', key, request],
    needs: { accountId },
    idempotency,
    status: SPEND_STATUS,
    decide(book) {
      const { spend, entry } = decideSpend(book, {
        amount: credits(amount),
        idempotencyKey: key,
        ownKeyDigest: idempotency.digest,
        description,
        metadata,
      });
      return spendJson(entry, spend, book.balance.held);
    },
  };
}

/** When usage was, and by which cards it is priced. */
export interface UsagePrices {
  readonly usedAt: Date;
  readonly cards: ReadonlyMap<string, RateCard>;
}

/**
 * What it costs is decided under the lock, by cards that were in force when it was asked for: they ride along, so that
 * no decision waits for one.
 */
export function spendUsageCommand(
  key: string,
  request: UsageSpend,
  { usedAt, cards }: UsagePrices,
): LedgerCommand<SpendAnswer> {
  const { accountId, description = null, metadata = null } = request;
  const lines = request.lines.map(ofUsedLine);
  const month = monthOf(usedAt);
  const counters = countersFor({ month, lines, cards });
  const idempotency = new KeptKey(accountId, key, () => spendFingerprint(request));
  return {
    get madeOf() {
      return ['spend-usage', key, request, usedAt.toISOString(), termsOf(cards, lines)] as const;
    },
    needs: { accountId, counters, usedAt },
    idempotency,
    status: SPEND_STATUS,
    decide(book) {
      const { spend, entry, usage } = decideSpendUsage(
        book,
        { usedAt, month, lines, cards, counters },
        { idempotencyKey: key, ownKeyDigest: idempotency.digest, description, metadata },
      );
      return usageJson(spendJson(entry, spend, book.balance.held), usage);
    },
  };
}

export function spendUsageCommandOf(
  key: string,
  request: UsageSpend,
  usedAt: string,
  terms: CardTerms[],
): LedgerCommand {
  return spendUsageCommand(key, request, { usedAt: new Date(usedAt), cards: cardsOf(terms) });
}

export function reverseSpendCommand(
  key: string,
  { accountId, spendId, actor }: { accountId: string; spendId: string; actor: string },
  request: ReversalBody,
): LedgerCommand<ReversalAnswer> {
  const amount = request.amount === undefined ? undefined : credits(request.amount);
  return {
    madeOf: ['reverse-spend', key, { accountId, spendId, actor }, request],
    needs: { accountId, spendIds: [spendId] },
    idempotency: commandKey(accountId, key, `POST /v1/accounts/${accountId}/spends/${spendId}/reversals`, request),
    status: 201,
    decide(book) {
      const { lines, reason } = request;
      return reversalAnswer(decideReverseSpend(book, spendId, { amount, lines, reason, actor }));
    },
  };
}
