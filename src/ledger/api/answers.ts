import { rfc3339 } from '../../kernel/clock.js';
import { type Credits, NO_CREDITS, subtractCredits, toJsonInteger } from '../../kernel/credits.js';
import { pricedLineJson, toPricedLineAnswer } from '../../rating/lines.dto.js';
import type { Book } from '../book/book.js';
import { hasLapsed } from '../book/burn-down.js';
import type { Allocation, Entry, Grant, Hold, Spend } from '../book/model.js';
import type { Reversed } from '../events/noted-event.js';
import type { HoldUsage } from '../usage/holds/hold-usage.js';
import type { SpendUsage } from '../usage/kept-lines.js';
import type { AllocationAnswer, BalanceAnswer, EntryAnswer } from './entries.dto.js';
import type { GrantAnswer } from './grants.dto.js';
import type { HoldAnswer } from './holds.dto.js';
import type { EventAnswer, ReversalAnswer, SpendAnswer } from './spends.dto.js';

// What the ledger shows over HTTP, made of what it knows. Instants are RFC 3339 in UTC, amounts JSON integers.

export function allocationsAnswer(allocations: readonly Allocation[]): AllocationAnswer[] {
  return allocations.map(({ grantId, amount }) => ({ grantId, amount: toJsonInteger(amount) }));
}

/** Credits that end at one instant. */
export interface Expiring {
  readonly expiresAt: Date;
  readonly amount: Credits;
}

/** `behind` is what the grants that the book does not know add to what expires. */
export function balanceAnswer(book: Book, behind: readonly Expiring[]): BalanceAnswer {
  const expiring = new Map<string, bigint>();
  const add = (at: Date, amount: bigint) =>
    expiring.set(at.toISOString(), (expiring.get(at.toISOString()) ?? 0n) + amount);
  for (const { status, remaining, expiresAt } of book.grants)
    if (status === 'active' && remaining > 0n && expiresAt !== null && expiresAt > book.now) add(expiresAt, remaining);
  for (const { expiresAt, amount } of behind) add(expiresAt, amount);
  return {
    accountId: book.accountId,
    balance: toJsonInteger(book.balance.balance),
    held: toJsonInteger(book.balance.held),
    available: toJsonInteger(book.available),
    expiring: [...expiring]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([expiresAt, amount]) => ({ amount: toJsonInteger(amount), expiresAt })),
    asOf: book.now.toISOString(),
  };
}

export function entryAnswer(entry: Entry): EntryAnswer {
  return {
    seq: toJsonInteger(entry.seq),
    kind: entry.kind,
    amount: toJsonInteger(entry.amount),
    balanceBefore: toJsonInteger(entry.balanceBefore),
    balanceAfter: toJsonInteger(entry.balanceAfter),
    debt: toJsonInteger(entry.debt),
    source: entry.source,
    allocations: allocationsAnswer(entry.allocations),
    reason: entry.reason,
    actor: entry.actor,
    effectiveAt: entry.effectiveAt.toISOString(),
    recordedAt: entry.recordedAt.toISOString(),
    hash: entry.hash.toString('hex'),
  };
}

/** A grant as it is at `now`: a grant whose time is over is shown as expired, written down or not. */
export function grantAnswer(grant: Grant, now: Date): GrantAnswer {
  return {
    id: grant.id,
    category: grant.category,
    amount: toJsonInteger(grant.amount),
    remaining: toJsonInteger(grant.remaining),
    priority: grant.priority,
    status: grant.status === 'active' && hasLapsed(grant, now) ? 'expired' : grant.status,
    effectiveAt: grant.effectiveAt.toISOString(),
    expiresAt: grant.expiresAt?.toISOString() ?? null,
    costBasis:
      grant.costBasis === null
        ? null
        : { amountMinor: toJsonInteger(grant.costBasis.amountMinor), currency: grant.costBasis.currency },
    source: { ...grant.source, ...(grant.sourcePart === '' ? {} : { part: grant.sourcePart }) },
    reason: grant.reason,
    createdAt: grant.createdAt.toISOString(),
  };
}

export function holdAnswer(accountId: string, hold: AnsweredHold): HoldAnswer {
  return {
    id: hold.id,
    accountId,
    amount: toJsonInteger(hold.amount),
    captured: toJsonInteger(hold.captured + (hold.overage ?? NO_CREDITS)),
    status: hold.status,
    expiresAt: hold.expiresAt.toISOString(),
    createdAt: hold.createdAt.toISOString(),
    ...(hold.usage && { lines: hold.usage.lines.map(toPricedLineAnswer) }),
  };
}

export function reversalAnswer({ spendId, entry, reversed, balance, available }: Reversed): ReversalAnswer {
  return {
    spendId,
    accountId: entry.accountId,
    amount: toJsonInteger(entry.amount),
    reversed: toJsonInteger(reversed),
    seq: toJsonInteger(entry.seq),
    balance: toJsonInteger(balance),
    available: toJsonInteger(available),
    allocations: allocationsAnswer(entry.allocations),
    reason: entry.reason,
    createdAt: entry.recordedAt.toISOString(),
  };
}

/** The answer of a spend, when it is decided and whenever it is asked for again: a replay is the same to the byte. */
export function spendAnswer(
  { accountId, allocations, balanceAfter }: AnsweredEntry,
  spend: AnsweredSpend,
  held: Credits,
): SpendAnswer {
  return {
    ...spendFacts(accountId, spend, allocations),
    balance: toJsonInteger(balanceAfter),
    available: toJsonInteger(subtractCredits(balanceAfter, held)),
  };
}

/**
 * The JSON text of `spendAnswer`, written out: the busiest answer would be an object first that is walked anew. A test
 * compares the two.
 */
export function spendJson(
  { accountId, allocations, balanceAfter }: AnsweredEntry,
  { id, amount, seq, holdId, description, metadata, recordedAt }: AnsweredSpend,
  held: Credits,
): string {
  const allocated = allocations.map(
    (one) => `{"grantId":${JSON.stringify(one.grantId)},"amount":${toJsonInteger(one.amount)}}`,
  );
  return (
    `{"id":"${id}","accountId":${JSON.stringify(accountId)},"amount":${toJsonInteger(amount)},` +
    `"seq":${toJsonInteger(seq)},"allocations":[${allocated.join(',')}],"holdId":${JSON.stringify(holdId)},` +
    `"description":${JSON.stringify(description)},"metadata":${metadata === null ? '{}' : JSON.stringify(metadata)},` +
    `"createdAt":"${rfc3339(recordedAt)}","balance":${toJsonInteger(balanceAfter)},` +
    `"available":${toJsonInteger(subtractCredits(balanceAfter, held))}}`
  );
}

/** The answer of a spend by lines: that of the spend as JSON, its lines as they were priced, and what event it was. */
export function usageJson(spend: string, usage: SpendUsage): string {
  const lines = usage.lines.map(({ line }) => pricedLineJson(line));
  const event = eventAnswer(usage);
  const told = event === undefined ? '' : `,"event":${JSON.stringify(event)}`;
  return `${spend.slice(0, -1)},"lines":[${lines.join(',')}]${told}}`;
}

type AnsweredEntry = Pick<Entry, 'accountId' | 'allocations' | 'balanceAfter'>;
type AnsweredSpend = Omit<Spend, 'reversed' | 'idempotencyKey' | 'usage'>;

/** Without `usage` of a hold of an amount, and without `overage` where there is none. */
export type AnsweredHold = Omit<Hold, 'endedAt' | 'idempotencyKey' | 'overage' | 'usage'> & {
  readonly overage?: Credits;
  readonly usage?: Pick<HoldUsage, 'lines'> | null;
};

/** The JSON text of `holdAnswer`, written out. A test compares the two. */
export function holdJson(
  accountId: string,
  { id, amount, captured, overage = NO_CREDITS, status, expiresAt, createdAt, usage }: AnsweredHold,
): string {
  const lines = usage ? `,"lines":${JSON.stringify(usage.lines.map(toPricedLineAnswer))}` : '';
  return (
    `{"id":"${id}","accountId":${JSON.stringify(accountId)},"amount":${toJsonInteger(amount)},` +
    `"captured":${toJsonInteger(captured + overage)},"status":"${status}","expiresAt":"${expiresAt.toISOString()}",` +
    `"createdAt":"${rfc3339(createdAt)}"${lines}}`
  );
}

/** With `usage` of a capture by it. */
interface AnsweredCapture {
  readonly spend: AnsweredSpend;
  readonly entry: Omit<AnsweredEntry, 'balanceAfter'>;
  readonly hold: AnsweredHold;
  readonly usage?: SpendUsage;
}

/**
 * The answer of a capture (`CaptureAnswer`) as JSON: that of the spend that it made, and the hold as it is after it.
 * The balance is the account's, since behind the capture credits may have lapsed that the hold has kept standing.
 */
export function captureJson(
  { spend, entry, hold, usage }: AnsweredCapture,
  { balance, held }: { balance: Credits; held: Credits },
): string {
  const { accountId, allocations } = entry;
  const taken = spendJson({ accountId, allocations, balanceAfter: balance }, spend, held);
  const spent = usage === undefined ? taken : usageJson(taken, usage);
  return `${spent.slice(0, -1)},"hold":${holdJson(accountId, hold)}}`;
}

export function eventAnswer({ event, usedAt }: Omit<SpendUsage, 'lines'>): EventAnswer | undefined {
  if (event === undefined || usedAt === undefined) return undefined;
  const { source, id, type } = event;
  return { source, id, type, time: usedAt.toISOString() };
}

export function spendFacts(accountId: string, spend: AnsweredSpend, allocations: readonly Allocation[]) {
  return {
    id: spend.id,
    accountId,
    amount: toJsonInteger(spend.amount),
    seq: toJsonInteger(spend.seq),
    allocations: allocationsAnswer(allocations),
    holdId: spend.holdId,
    description: spend.description,
    metadata: spend.metadata ?? {},
    createdAt: rfc3339(spend.recordedAt),
  };
}
