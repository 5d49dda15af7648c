import { fingerprintOf } from '../../idempotency/idempotency-key.js';
import { addSeconds } from '../../kernel/clock.js';
import { credits, NO_CREDITS } from '../../kernel/credits.js';
import { type AnsweredHold, captureJson, holdJson } from '../api/answers.js';
import { allocationsOf } from '../book/entry-rows.js';
import type { KnownKey } from '../book/read-books.js';
import type { KeyedCapture, KeyedHold } from '../book/rows.js';
import { toHold } from '../book/rows.js';
import { spendIdOf } from '../book/spend-id.js';
import { requestOfForm } from '../usage/holds/capture-forms.js';
import type { PlainCapture, PlainHold, UsageCapture, UsageHold } from '../usage/holds/hold-requests.js';
import { toHoldUsage } from '../usage/holds/hold-usage.js';
import { type SpendUsage, toUsage } from '../usage/kept-lines.js';
import { toUsedLine } from '../usage/spend-requests.js';

// Keys of holds and captures whose rows keep them: the fingerprint and the answer are made of the rows anew, by what
// has made them the first time.

/** The HTTP status of a hold, and of a capture, that was accepted. */
export const HOLD_STATUS = 201;

/** How long a hold lives unless its request says otherwise. The answers of rows are made with it: it never changes. */
export const DEFAULT_HOLD_SECONDS = 900;

export function holdFingerprint(request: PlainHold | UsageHold): Buffer {
  return fingerprintOf('POST /v1/holds', request);
}

export function captureFingerprint(accountId: string, holdId: string, request: PlainCapture | UsageCapture): Buffer {
  return fingerprintOf(`POST /v1/accounts/${accountId}/holds/${holdId}/captures`, request);
}

/** What was answered is the hold as it was placed, whatever has become of it. */
export function knownKeyOfHold({
  account_id: accountId,
  id,
  amount,
  created_at,
  asked_seconds,
  lines,
}: KeyedHold): KnownKey {
  const createdAt = new Date(created_at);
  const usage = toHoldUsage(lines, null);
  const hold: AnsweredHold = {
    ...{ id, amount: credits(amount), captured: NO_CREDITS, status: 'active', createdAt, usage },
    expiresAt: addSeconds(createdAt, asked_seconds ?? DEFAULT_HOLD_SECONDS),
  };
  return {
    fingerprint: holdFingerprint({
      accountId,
      ...(usage === null ? { amount } : { lines: usage.lines.map(toUsedLine) }),
      ...(asked_seconds !== null && { expiresInSeconds: asked_seconds }),
    }),
    status: HOLD_STATUS,
    answer: holdJson(accountId, hold),
  };
}

/** Of a capture that has ended its hold, which never changes again. */
export function knownKeyOfCapture(row: KeyedCapture): KnownKey {
  const { account_id: accountId } = row;
  const amount = credits(-row.amount);
  const recordedAt = new Date(row.recorded_at);
  const seq = BigInt(row.seq);
  const id = spendIdOf({ recordedMs: recordedAt.getTime(), seq, salt: row.salt });
  const hold = toHold(row.hold);
  const usage = row.lines === null ? undefined : toUsage(row.lines);
  const captured = {
    spend: { id, seq, amount, holdId: hold.id, description: null, metadata: null, recordedAt },
    entry: { accountId, allocations: allocationsOf(row, amount) },
    hold,
    usage,
  };
  const standing = { balance: credits(row.balance_after), held: credits(row.held ?? 0) };
  return {
    fingerprint: captureFingerprint(accountId, hold.id, requestOf(row, usage)),
    status: HOLD_STATUS,
    answer: captureJson(captured, standing),
  };
}

function requestOf({ amount, answer_form }: KeyedCapture, usage?: SpendUsage): PlainCapture | UsageCapture {
  const { kind, said } = requestOfForm(answer_form);
  const lines = usage?.lines.map(({ line }) => toUsedLine(line)) ?? [];
  switch (kind) {
    case 'amount':
      return { amount: -amount, ...said };
    case 'lines':
      return { lines, ...said };
    case 'quantity':
      return { quantity: lines[0]?.quantity ?? '', ...said };
  }
}
