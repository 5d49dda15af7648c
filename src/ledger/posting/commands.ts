import { ValidationFailed } from '../../http/problems/http.problems.js';
import { fingerprintOf, keyDigest } from '../../idempotency/idempotency-key.js';
import { credits } from '../../kernel/credits.js';
import type { RateCard } from '../../rating/pricing/price-lines.js';
import { type CardTerms, termsOf, toRateCard } from '../../rating/rates/rate-version.js';
import {
  captureJson,
  entryAnswer,
  grantAnswer,
  holdAnswer,
  holdJson,
  reversalAnswer,
  spendJson,
  usageJson,
} from '../api/answers.js';
import type { EntryAnswer } from '../api/entries.dto.js';
import type { AdjustmentBody, GrantAnswer, GrantBody, VoidGrantBody } from '../api/grants.dto.js';
import type { CaptureAnswer, CaptureHoldBody, ExtendHoldBody, HoldAnswer, HoldBody } from '../api/holds.dto.js';
import type { ReversalAnswer, ReversalBody, SpendAnswer } from '../api/spends.dto.js';
import { decideAdjust } from '../decisions/adjust.js';
import { expireLapsed } from '../decisions/bring-up-to-date.js';
import { decideGrant, GIVEN_BY_CALL } from '../decisions/grant.js';
import { decideCaptureHold, decideExtendHold, decidePlaceHold, decideReleaseHold } from '../decisions/holds.js';
import { decideReverseSpend } from '../decisions/reverse-spend.js';
import { decideSpend } from '../decisions/spend.js';
import { countersFor, decideSpendUsage } from '../decisions/spend-usage.js';
import { decideVoidGrant } from '../decisions/void-grant.js';
import type { Month } from '../usage/known-counters.js';
import { ofUsedLine, type PlainSpend, type UsageSpend } from '../usage/spend-requests.js';
import type { CommandKey, CommandParts, LedgerCommand } from './decide-commands.js';
import {
  captureFingerprint,
  captureFormOf,
  DEFAULT_HOLD_SECONDS,
  HOLD_STATUS,
  holdFingerprint,
} from './replay-hold.js';
import { SPEND_STATUS, spendFingerprint } from './replay-spend.js';

// Every write that a caller can ask of the ledger, as a command of the posting queue. The fingerprint is over the route
// with its ids and the validated body.

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

/** By which cards usage is priced, and in which month it is counted. */
export interface UsagePrices {
  readonly month: Month;
  readonly cards: ReadonlyMap<string, RateCard>;
}

/**
 * What it costs is decided under the lock, by cards that were in force when it was asked for: they ride along, so that
 * no decision waits for one.
 */
export function spendUsageCommand(
  key: string,
  request: UsageSpend,
  { month, cards }: UsagePrices,
): LedgerCommand<SpendAnswer> {
  const { accountId, description = null, metadata = null } = request;
  const lines = request.lines.map(ofUsedLine);
  const counters = countersFor({ month, lines, cards });
  const idempotency = new KeptKey(accountId, key, () => spendFingerprint(request));
  return {
    get madeOf() {
      return ['spend-usage', key, request, month, termsOf(cards, lines)] as const;
    },
    needs: { accountId, counters },
    idempotency,
    status: SPEND_STATUS,
    decide(book) {
      const { spend, entry } = decideSpendUsage(
        book,
        { month, lines, cards, counters },
        { idempotencyKey: key, ownKeyDigest: idempotency.digest, description, metadata },
      );
      return usageJson(spendJson(entry, spend, book.balance.held), spend.usage?.lines.map(({ line }) => line) ?? []);
    },
  };
}

function spendUsageCommandOf(key: string, request: UsageSpend, month: Month, terms: CardTerms[]): LedgerCommand {
  return spendUsageCommand(key, request, {
    month,
    cards: new Map(terms.map((card) => [card.meter, toRateCard(card)])),
  });
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
      const { spend, entry } = decideReverseSpend(book, spendId, { amount, lines, reason, actor });
      // What came back to a grant whose time is over can't be spent: the answer must not offer it.
      expireLapsed(book);
      return reversalAnswer(book, spend, entry);
    },
  };
}

export function placeHoldCommand(key: string, request: HoldBody): LedgerCommand<HoldAnswer> {
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

export function captureHoldCommand(
  key: string,
  { accountId, holdId }: { accountId: string; holdId: string },
  request: CaptureHoldBody,
): LedgerCommand<CaptureAnswer> {
  const { amount, final = true } = request;
  const idempotency = new KeptKey(accountId, key, () => captureFingerprint(accountId, holdId, request));
  return {
    madeOf: ['capture-hold', key, { accountId, holdId }, request],
    needs: { accountId, holdIds: [holdId] },
    idempotency,
    status: HOLD_STATUS,
    decide(book) {
      const captured = decideCaptureHold(book, holdId, { amount: credits(amount), final, idempotencyKey: key });
      // Neither can what the hold has kept standing.
      expireLapsed(book);
      const { hold, spend, entry } = captured;
      // The rest of the answer would change with the hold, or is in entries behind that of the capture.
      if (hold.status !== 'active' && book.balance.seq === entry.seq)
        book.keepKey(spend, { digest: idempotency.digest, captureForm: captureFormOf(request) });
      return captureJson(captured, book.balance);
    },
  };
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
  { accountId, holdId }: { accountId: string; holdId: string },
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

export function grantCommand(
  key: string,
  { accountId, actor }: { accountId: string; actor: string },
  request: GrantBody,
): LedgerCommand<GrantAnswer> {
  const { amount, category, reason, priority, effectiveAt, expiresAt, costBasis } = request;
  return {
    madeOf: ['grant', key, { accountId, actor }, request],
    needs: { accountId },
    idempotency: commandKey(accountId, key, `POST /v1/accounts/${accountId}/grants`, request),
    status: 201,
    decide(book) {
      const effective = effectiveAt === undefined ? book.now : new Date(effectiveAt);
      const expires = expiresAt === undefined ? null : new Date(expiresAt);
      if (expires !== null && (expires <= effective || expires <= book.now))
        throw ValidationFailed.at('/expiresAt', 'must be later than now and than effectiveAt');
      const grant = decideGrant(book, {
        amount: credits(amount),
        category,
        reason,
        actor,
        priority,
        effectiveAt: new Date(Math.max(effective.getTime(), book.now.getTime())),
        expiresAt: expires,
        costBasis:
          costBasis === undefined ? null : { amountMinor: BigInt(costBasis.amountMinor), currency: costBasis.currency },
        source: { type: GIVEN_BY_CALL, id: key },
      });
      return grantAnswer(grant, book.now);
    },
  };
}

export function voidGrantCommand(
  key: string,
  { accountId, grantId, actor }: { accountId: string; grantId: string; actor: string },
  request: VoidGrantBody,
): LedgerCommand<GrantAnswer> {
  return {
    madeOf: ['void-grant', key, { accountId, grantId, actor }, request],
    needs: { accountId, grantIds: [grantId] },
    idempotency: commandKey(accountId, key, `POST /v1/accounts/${accountId}/grants/${grantId}/void`, request),
    status: 200,
    decide: (book) => grantAnswer(decideVoidGrant(book, grantId, { reason: request.reason ?? null, actor }), book.now),
  };
}

export function adjustCommand(
  key: string,
  { accountId, actor }: { accountId: string; actor: string },
  request: AdjustmentBody,
): LedgerCommand<EntryAnswer> {
  return {
    madeOf: ['adjust', key, { accountId, actor }, request],
    needs: { accountId },
    idempotency: commandKey(accountId, key, `POST /v1/accounts/${accountId}/adjustments`, request),
    status: 201,
    decide: (book) =>
      entryAnswer(decideAdjust(book, { amount: credits(request.amount), reason: request.reason, actor })),
  };
}

const KINDS = {
  spend: spendCommand,
  'spend-usage': spendUsageCommandOf,
  'reverse-spend': reverseSpendCommand,
  'place-hold': placeHoldCommand,
  'capture-hold': captureHoldCommand,
  'release-hold': releaseHoldCommand,
  'extend-hold': extendHoldCommand,
  grant: grantCommand,
  'void-grant': voidGrantCommand,
  adjust: adjustCommand,
} as const;

/** Makes a command of what another process has made it of. Texts and their order come through JSON as they were. */
export function commandOf([kind, ...parts]: CommandParts): LedgerCommand {
  const make = KINDS[kind as keyof typeof KINDS] as (...parts: unknown[]) => LedgerCommand;
  // JSON has no undefined: a key that was not sent.
  return make(...parts.map((part) => part ?? undefined));
}

/** A key that rows keep, mostly: its fingerprint is made where it is asked for, since the key is known or stored. */
class KeptKey implements CommandKey {
  readonly digest: Buffer;

  constructor(
    accountId: string,
    key: string,
    private readonly makeFingerprint: () => Buffer,
  ) {
    this.digest = keyDigest(accountId, key);
  }

  get fingerprint(): Buffer {
    return this.makeFingerprint();
  }
}

function commandKey(accountId: string, key: string, route: string, body: unknown): CommandKey {
  return { digest: keyDigest(accountId, key), fingerprint: fingerprintOf(route, body) };
}

function optionalKey(accountId: string, key: string | undefined, route: string, body: unknown): CommandKey | undefined {
  return key === undefined ? undefined : commandKey(accountId, key, route, body);
}
