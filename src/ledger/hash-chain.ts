import { hash } from 'node:crypto';
import { toJsonInteger } from '../kernel/credits.js';
import type { Entry } from './model.js';

/** Stands first in what is hashed, so that a later list of fields can never be mistaken for this one. */
const VERSION = Buffer.from([1]);

/** What stands before an account's first entry. */
export const GENESIS_HASH = Buffer.alloc(32);

/**
 * The hash of an entry: SHA-256 over the version byte, the hash of the entry before it and the entry's RFC 8785 JSON.
 * The list of fields is fixed by the version. Instants have milliseconds, amounts are JSON integers.
 */
export function hashEntry(previousHash: Buffer, entry: Omit<Entry, 'hash'>): Buffer {
  const json = Buffer.from(canonicalEntry(entry), 'utf8');
  return hash('sha256', Buffer.concat([VERSION, previousHash, json]), 'buffer');
}

/**
 * The RFC 8785 form of an entry. That form is what `JSON.stringify` writes when names stand in the order of their code
 * units, as they do here; a general canonicaliser would sort them anew for every spend. A test compares the two.
 */
export function canonicalEntry(entry: Omit<Entry, 'hash'>): string {
  return JSON.stringify({
    accountId: entry.accountId,
    actor: entry.actor,
    allocations: entry.allocations.map(({ amount, grantId }) => ({ amount: toJsonInteger(amount), grantId })),
    amount: toJsonInteger(entry.amount),
    balanceAfter: toJsonInteger(entry.balanceAfter),
    balanceBefore: toJsonInteger(entry.balanceBefore),
    debt: toJsonInteger(entry.debt),
    effectiveAt: entry.effectiveAt.toISOString(),
    kind: entry.kind,
    reason: entry.reason,
    recordedAt: entry.recordedAt.toISOString(),
    seq: toJsonInteger(entry.seq),
    source: { id: entry.source.id, type: entry.source.type },
  });
}
