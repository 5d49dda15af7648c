import { ValidationFailed } from '../../http/problems/http.problems.js';
import { credits } from '../../kernel/credits.js';
import { entryAnswer, grantAnswer } from '../api/answers.js';
import type { EntryAnswer } from '../api/entries.dto.js';
import type { AdjustmentBody, GrantAnswer, GrantBody, VoidGrantBody } from '../api/grants.dto.js';
import { decideAdjust } from '../decisions/adjust.js';
import { decideGrant, GIVEN_BY_CALL } from '../decisions/grant.js';
import { decideVoidGrant } from '../decisions/void-grant.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { commandKey } from './command-key.js';

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
