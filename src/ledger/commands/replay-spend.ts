import { fingerprintOf } from '../../idempotency/idempotency-key.js';
import { credits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import { spendJson, usageJson } from '../api/answers.js';
import { allocationsOf } from '../book/entry-rows.js';
import type { Spend } from '../book/model.js';
import type { KnownKey } from '../book/read-books.js';
import type { KeyedEvent, KeyedSpend, KeyedUsage } from '../book/rows.js';
import { spendIdOf } from '../book/spend-id.js';
import { type SpendUsage, toUsage } from '../usage/kept-lines.js';
import { type PlainSpend, toUsedLine, type UsageSpend, type UsedLine } from '../usage/spend-requests.js';
import type { UsageEvent } from '../usage/usage-events.js';

/** The HTTP status of a spend that was accepted. */
export const SPEND_STATUS = 201;

export function spendFingerprint(request: PlainSpend | UsageSpend): Buffer {
  return fingerprintOf('POST /v1/spends', request);
}

/** What tells an event from another of its name: its type and its data, whenever it is said to have happened. */
export function eventFingerprint({ type, lines, isOfLines }: Pick<UsageEvent, 'type' | 'lines' | 'isOfLines'>): Buffer {
  const [only] = lines;
  const data = isOfLines ? { lines } : { quantity: only?.quantity, dimensions: only?.dimensions };
  return fingerprintOf('POST /v1/usage', { type, data });
}

/**
 * The key of a spend whose row keeps it: the fingerprint and the answer are made of the row anew, by what has made them
 * the first time. What was sent and what was left out can be told apart in it.
 */
export function knownKeyOf(row: KeyedSpend): KnownKey {
  const { entry, spend, held } = partsOf(row);
  return {
    fingerprint: spendFingerprint({ accountId: row.account_id, amount: -row.amount, ...saidOf(spend) }),
    status: SPEND_STATUS,
    answer: spendJson(entry, spend, held),
  };
}

/** The same of a spend by lines, whose row keeps what they were and what they cost. */
export function knownKeyOfUsage(row: KeyedUsage): KnownKey {
  const { entry, spend, held } = partsOf(row);
  const usage = toUsage(row.lines);
  return {
    fingerprint: spendFingerprint({ accountId: row.account_id, lines: usedLinesOf(usage), ...saidOf(spend) }),
    status: SPEND_STATUS,
    answer: usageJson(spendJson(entry, spend, held), usage),
  };
}

/** The same of a usage event. */
export function knownKeyOfEvent(row: KeyedEvent): KnownKey {
  const { entry, spend, held } = partsOf(row);
  const usage = toUsage(row.lines);
  const { event } = usage;
  invariant(event !== undefined, 'the row of an event says which it was');
  return {
    fingerprint: eventFingerprint({ type: event.type, isOfLines: event.isOfLines, lines: usedLinesOf(usage) }),
    status: SPEND_STATUS,
    answer: usageJson(spendJson(entry, spend, held), usage),
  };
}

function usedLinesOf({ lines }: SpendUsage): UsedLine[] {
  return lines.map(({ line }) => toUsedLine(line));
}

function partsOf(row: KeyedSpend | KeyedUsage | KeyedEvent) {
  const { account_id: accountId, description } = row;
  const amount = credits(-row.amount);
  const metadata: Record<string, string> | null = row.metadata === null ? null : JSON.parse(row.metadata);
  const recordedAt = new Date(row.recorded_at);
  const seq = BigInt(row.seq);
  const id = spendIdOf({ recordedMs: recordedAt.getTime(), seq, salt: row.salt });
  const entry = { accountId, allocations: allocationsOf(row, amount), balanceAfter: credits(row.balance_after) };
  const spend = { id, seq, amount, holdId: null, description, metadata, recordedAt };
  return { entry, spend, held: credits(row.held ?? 0) };
}

function saidOf({ description, metadata }: Pick<Spend, 'description' | 'metadata'>) {
  return { ...(description !== null && { description }), ...(metadata !== null && { metadata }) };
}
