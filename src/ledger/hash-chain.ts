import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { toJsonInteger } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
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
  const json = canonicalize({
    accountId: entry.accountId,
    seq: toJsonInteger(entry.seq),
    kind: entry.kind,
    amount: toJsonInteger(entry.amount),
    balanceBefore: toJsonInteger(entry.balanceBefore),
    balanceAfter: toJsonInteger(entry.balanceAfter),
    debt: toJsonInteger(entry.debt),
    source: { type: entry.source.type, id: entry.source.id },
    allocations: entry.allocations.map(({ grantId, amount }) => ({ grantId, amount: toJsonInteger(amount) })),
    reason: entry.reason,
    actor: entry.actor,
    effectiveAt: entry.effectiveAt.toISOString(),
    recordedAt: entry.recordedAt.toISOString(),
  });
  invariant(json !== undefined, 'an entry has a canonical form');
  return createHash('sha256').update(VERSION).update(previousHash).update(json, 'utf8').digest();
}
