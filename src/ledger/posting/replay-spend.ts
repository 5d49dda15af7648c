import { fingerprintOf } from '../../idempotency/idempotency-key.js';
import { credits } from '../../kernel/credits.js';
import { spendJson } from '../api/answers.js';
import type { SpendBody } from '../api/spends.dto.js';
import { allocationsOf } from '../book/entry-rows.js';
import type { KeyedSpend, KnownKey } from '../book/read-books.js';
import { spendIdOf } from '../book/spend-id.js';

/** The HTTP status of a spend that was accepted. */
export const SPEND_STATUS = 201;

export function spendFingerprint(request: SpendBody): Buffer {
  return fingerprintOf('POST /v1/spends', request);
}

/**
 * The key of a spend whose row keeps it: the fingerprint and the answer are made of the row anew, by what has made them
 * the first time. What was sent and what was left out can be told apart in it.
 */
export function knownKeyOf(row: KeyedSpend): KnownKey {
  const { account_id: accountId, description } = row;
  const amount = credits(-row.amount);
  const metadata: Record<string, string> | null = row.metadata === null ? null : JSON.parse(row.metadata);
  const recordedAt = new Date(row.recorded_at);
  const seq = BigInt(row.seq);
  const id = spendIdOf({ recordedMs: recordedAt.getTime(), seq, salt: row.salt });
  const entry = { accountId, allocations: allocationsOf(row, amount), balanceAfter: credits(row.balance_after) };
  const spend = { id, seq, amount, holdId: null, description, metadata, recordedAt };
  return {
    fingerprint: spendFingerprint({
      accountId,
      amount: -row.amount,
      ...(description !== null && { description }),
      ...(metadata !== null && { metadata }),
    }),
    status: SPEND_STATUS,
    answer: spendJson(entry, spend, credits(row.held ?? 0)),
  };
}
