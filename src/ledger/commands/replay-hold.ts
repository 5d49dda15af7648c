import { fingerprintOf } from '../../idempotency/idempotency-key.js';
import { addSeconds } from '../../kernel/clock.js';
import { credits, NO_CREDITS } from '../../kernel/credits.js';
import { type AnsweredHold, captureJson, holdJson } from '../api/answers.js';
import type { CaptureHoldBody, HoldBody } from '../api/holds.dto.js';
import { allocationsOf } from '../book/entry-rows.js';
import { CAPTURE_FORMS, type CaptureForm } from '../book/model.js';
import type { KeyedCapture, KeyedHold, KnownKey } from '../book/read-books.js';
import { toHold } from '../book/rows.js';
import { spendIdOf } from '../book/spend-id.js';

// Keys of holds and captures whose rows keep them: the fingerprint and the answer are made of the rows anew, by what
// has made them the first time.

/** The HTTP status of a hold, and of a capture, that was accepted. */
export const HOLD_STATUS = 201;

/** How long a hold lives unless its request says otherwise. The answers of rows are made with it: it never changes. */
export const DEFAULT_HOLD_SECONDS = 900;

export function holdFingerprint(request: HoldBody): Buffer {
  return fingerprintOf('POST /v1/holds', request);
}

export function captureFingerprint(accountId: string, holdId: string, request: CaptureHoldBody): Buffer {
  return fingerprintOf(`POST /v1/accounts/${accountId}/holds/${holdId}/captures`, request);
}

export function captureFormOf({ final }: CaptureHoldBody): CaptureForm {
  if (final === undefined) return CAPTURE_FORMS.leftOut;
  return final ? CAPTURE_FORMS.final : CAPTURE_FORMS.notFinal;
}

/** What was answered is the hold as it was placed, whatever has become of it. */
export function knownKeyOfHold({ account_id: accountId, id, amount, created_at, asked_seconds }: KeyedHold): KnownKey {
  const createdAt = new Date(created_at);
  const hold: AnsweredHold = {
    ...{ id, amount: credits(amount), captured: NO_CREDITS, status: 'active', createdAt },
    expiresAt: addSeconds(createdAt, asked_seconds ?? DEFAULT_HOLD_SECONDS),
  };
  return {
    fingerprint: holdFingerprint({
      accountId,
      amount,
      ...(asked_seconds !== null && { expiresInSeconds: asked_seconds }),
    }),
    status: HOLD_STATUS,
    answer: holdJson(accountId, hold),
  };
}

/** Of a capture that has ended its hold, which never changes again. */
export function knownKeyOfCapture(row: KeyedCapture): KnownKey {
  const { account_id: accountId, answer_form } = row;
  const amount = credits(-row.amount);
  const recordedAt = new Date(row.recorded_at);
  const seq = BigInt(row.seq);
  const id = spendIdOf({ recordedMs: recordedAt.getTime(), seq, salt: row.salt });
  const hold = toHold(row.hold);
  const final = answer_form === CAPTURE_FORMS.leftOut ? {} : { final: answer_form === CAPTURE_FORMS.final };
  const captured = {
    spend: { id, seq, amount, holdId: hold.id, description: null, metadata: null, recordedAt },
    entry: { accountId, allocations: allocationsOf(row, amount) },
    hold,
  };
  const standing = { balance: credits(row.balance_after), held: credits(row.held ?? 0) };
  return {
    fingerprint: captureFingerprint(accountId, hold.id, { amount: -row.amount, ...final }),
    status: HOLD_STATUS,
    answer: captureJson(captured, standing),
  };
}
