import { credits } from '../../kernel/credits.js';
import { type CardTerms, cardsOf, termsOf } from '../../rating/rates/rate-version.js';
import { captureJson, holdAnswer, holdJson } from '../api/answers.js';
import type { CaptureAnswer, ExtendHoldBody, HoldAnswer } from '../api/holds.dto.js';
import type { Book } from '../book/book.js';
import { expireLapsed } from '../decisions/bring-up-to-date.js';
import { decideCaptureLines, decideHoldLines } from '../decisions/hold-lines.js';
import {
  type CapturedHold,
  decideCaptureHold,
  decideExtendHold,
  decidePlaceHold,
  decideReleaseHold,
} from '../decisions/holds.js';
import { countersFor } from '../decisions/spend-usage.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { type CaptureKind, type CaptureSaid, captureFormOf } from '../usage/holds/capture-forms.js';
import type { HoldNamed, PlainCapture, PlainHold, UsageCapture, UsageHold } from '../usage/holds/hold-requests.js';
import { type Month, monthOf } from '../usage/known-counters.js';
import { ofUsedLine, type UsedLine } from '../usage/spend-requests.js';
import { KeptKey, optionalKey } from './command-key.js';
import { captureFingerprint, DEFAULT_HOLD_SECONDS, HOLD_STATUS, holdFingerprint } from './replay-hold.js';
import type { UsagePrices } from './spends.js';

export function placeHoldCommand(key: string, request: PlainHold): LedgerCommand<HoldAnswer> {
  const { accountId, amount, expiresInSeconds } = request;
  const idempotency = new KeptKey(accountId, key, () => holdFingerprint(request));
  return {
    madeOf: ['place-hold', key, request],
    needs: { accountId },
    idempotency,
    status: HOLD_STATUS,
    decide(book) {
      const hold = decidePlaceHold(book, {
        amount: credits(amount),
        expiresInSeconds: expiresInSeconds ?? DEFAULT_HOLD_SECONDS,
        idempotencyKey: key,
        ownKey: { digest: idempotency.digest, askedSeconds: expiresInSeconds ?? null },
      });
      return holdJson(accountId, hold);
    },
  };
}

/** As `spendUsageCommand` has it, the cards ride along. */
export function holdUsageCommand(
  key: string,
  request: UsageHold,
  { usedAt, cards }: UsagePrices,
): LedgerCommand<HoldAnswer> {
  const { accountId, expiresInSeconds } = request;
  const lines = request.lines.map(ofUsedLine);
  const month = monthOf(usedAt);
  const counters = countersFor({ month, lines, cards });
  const idempotency = new KeptKey(accountId, key, () => holdFingerprint(request));
  return {
    get madeOf() {
      return ['hold-usage', key, request, usedAt.toISOString(), termsOf(cards, lines)] as const;
    },
    needs: { accountId, counters, usedAt },
    idempotency,
    status: HOLD_STATUS,
    decide(book) {
      const hold = decideHoldLines(
        book,
        { usedAt, month, lines, cards, counters },
        {
          expiresInSeconds: expiresInSeconds ?? DEFAULT_HOLD_SECONDS,
          idempotencyKey: key,
          ownKey: { digest: idempotency.digest, askedSeconds: expiresInSeconds ?? null },
        },
      );
      return holdJson(accountId, hold);
    },
  };
}

export function holdUsageCommandOf(key: string, request: UsageHold, usedAt: string, terms: CardTerms[]): LedgerCommand {
  return holdUsageCommand(key, request, { usedAt: new Date(usedAt), cards: cardsOf(terms) });
}

export function captureHoldCommand(
  key: string,
  { accountId, holdId }: HoldNamed,
  request: PlainCapture,
): LedgerCommand<CaptureAnswer> {
  const { amount, final = true, overage } = request;
  const idempotency = new KeptKey(accountId, key, () => captureFingerprint(accountId, holdId, request));
  return {
    madeOf: ['capture-hold', key, { accountId, holdId }, request],
    needs: { accountId, holdIds: [holdId] },
    idempotency,
    status: HOLD_STATUS,
    decide(book) {
      const asked = { amount: credits(amount), final, overage, idempotencyKey: key };
      const captured = decideCaptureHold(book, holdId, asked);
      return answerOf(book, captured, { digest: idempotency.digest, kind: 'amount', said: request });
    },
  };
}

/** What a capture by usage is of, and what that is priced by: cards, month and time are those of the hold. */
export interface CapturedUsage {
  readonly lines: readonly UsedLine[];
  readonly month: Month;
  /** RFC 3339 in UTC. */
  readonly usedAt: string;
  readonly cards: UsagePrices['cards'];
}

export function captureUsageCommand(
  key: string,
  { accountId, holdId }: HoldNamed,
  request: UsageCapture,
  captured: CapturedUsage,
): LedgerCommand<CaptureAnswer> {
  const { final = true, overage } = request;
  const { month, cards } = captured;
  const usedAt = new Date(captured.usedAt);
  const lines = captured.lines.map(ofUsedLine);
  const counters = countersFor({ month, lines, cards });
  const idempotency = new KeptKey(accountId, key, () => captureFingerprint(accountId, holdId, request));
  const kind: CaptureKind = 'lines' in request ? 'lines' : 'quantity';
  return {
    get madeOf() {
      const named = { accountId, holdId };
      const usage = { month, usedAt: captured.usedAt, lines: captured.lines };
      return ['capture-usage', key, named, request, usage, termsOf(cards, lines)] as const;
    },
    needs: { accountId, holdIds: [holdId], counters, usedAt },
    idempotency,
    status: HOLD_STATUS,
    decide(book) {
      const by = { usedAt, month, lines, cards, counters };
      const taken = decideCaptureLines(book, holdId, by, { final, overage, idempotencyKey: key });
      return answerOf(book, taken, { digest: idempotency.digest, kind, said: request });
    },
  };
}

export function captureUsageCommandOf(
  key: string,
  named: HoldNamed,
  request: UsageCapture,
  usage: Omit<CapturedUsage, 'cards'>,
  terms: CardTerms[],
): LedgerCommand {
  return captureUsageCommand(key, named, request, { ...usage, cards: cardsOf(terms) });
}

/** The answer of a capture, which its rows keep as far as they can. */
function answerOf(
  book: Book,
  { hold, spend, entry }: CapturedHold,
  { digest, kind, said }: { digest: Buffer; kind: CaptureKind; said: CaptureSaid },
): string {
  // What the hold has kept standing past its time can't be spent any more: the answer must not offer it.
  expireLapsed(book);
  // The rest of the answer would change with the hold, or is in entries behind that of the capture.
  if (hold.status !== 'active' && book.balance.seq === entry.seq)
    book.keepKey(spend, { digest, captureForm: captureFormOf(kind, said) });
  return captureJson({ hold, spend, entry, usage: spend.usage }, book.balance);
}

export function releaseHoldCommand(
  key: string | undefined,
  accountId: string,
  holdId: string,
): LedgerCommand<HoldAnswer> {
  return {
    madeOf: ['release-hold', key, accountId, holdId],
    needs: { accountId, holdIds: [holdId] },
    idempotency: optionalKey(accountId, key, `POST /v1/accounts/${accountId}/holds/${holdId}/release`, {}),
    status: 200,
    decide: (book) => holdAnswer(accountId, decideReleaseHold(book, holdId)),
  };
}

export function extendHoldCommand(
  key: string | undefined,
  { accountId, holdId }: HoldNamed,
  request: ExtendHoldBody,
): LedgerCommand<HoldAnswer> {
  return {
    madeOf: ['extend-hold', key, { accountId, holdId }, request],
    needs: { accountId, holdIds: [holdId] },
    idempotency: optionalKey(accountId, key, `POST /v1/accounts/${accountId}/holds/${holdId}/extend`, request),
    status: 200,
    decide: (book) => holdAnswer(accountId, decideExtendHold(book, holdId, request.expiresInSeconds)),
  };
}
