import { credits } from '../../kernel/credits.js';
import { captureJson, holdAnswer, holdJson } from '../api/answers.js';
import type { CaptureAnswer, CaptureHoldBody, ExtendHoldBody, HoldAnswer, HoldBody } from '../api/holds.dto.js';
import { expireLapsed } from '../decisions/bring-up-to-date.js';
import { decideCaptureHold, decideExtendHold, decidePlaceHold, decideReleaseHold } from '../decisions/holds.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { KeptKey, optionalKey } from './command-key.js';
import {
  captureFingerprint,
  captureFormOf,
  DEFAULT_HOLD_SECONDS,
  HOLD_STATUS,
  holdFingerprint,
} from './replay-hold.js';

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
