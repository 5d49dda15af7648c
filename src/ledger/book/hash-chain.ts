import { rfc3339 } from '../../kernel/clock.js';
import { toJsonInteger } from '../../kernel/credits.js';
import { sha256 } from '../../kernel/sha-256.js';
import type { Entry } from './model.js';

/** Stands first in what is hashed, so that a later list of fields can never be mistaken for this one. */
const VERSION = Buffer.from([1]);

/** What stands before an account's first entry. */
export const GENESIS_HASH = Buffer.alloc(32);

/** What is hashed, written over each time: nothing else runs in between. */
let scratch = Buffer.allocUnsafe(4_096);
const JSON_OFFSET = VERSION.length + GENESIS_HASH.length;
const MAX_BYTES_A_UNIT = 3;

/**
 * The hash of an entry: SHA-256 over the version byte, the hash of the entry before it and the entry's RFC 8785 JSON.
 * The list of fields is fixed by the version. Instants have milliseconds, amounts are JSON integers.
 */
export function hashEntry(previousHash: Buffer, entry: Omit<Entry, 'hash'>): Buffer {
  const json = canonicalEntry(entry);
  const mostBytes = JSON_OFFSET + json.length * MAX_BYTES_A_UNIT;
  if (scratch.length < mostBytes) scratch = Buffer.allocUnsafe(mostBytes);
  scratch.set(VERSION, 0);
  scratch.set(previousHash, VERSION.length);
  const end = JSON_OFFSET + scratch.write(json, JSON_OFFSET, 'utf8');
  return sha256(scratch.subarray(0, end));
}

/**
 * The RFC 8785 form of an entry: names in the order of their code units, no blanks, integers in digits, strings as
 * `JSON.stringify` writes them. Written out, since a general canonicaliser sorts and walks anew for every spend. A test
 * compares the two.
 */
export function canonicalEntry(entry: Omit<Entry, 'hash'>): string {
  const allocations = entry.allocations.map(
    ({ amount, grantId }) => `{"amount":${toJsonInteger(amount)},"grantId":${JSON.stringify(grantId)}}`,
  );
  return (
    `{"accountId":${JSON.stringify(entry.accountId)},"actor":${JSON.stringify(entry.actor)},` +
    `"allocations":[${allocations.join(',')}],"amount":${toJsonInteger(entry.amount)},` +
    `"balanceAfter":${toJsonInteger(entry.balanceAfter)},"balanceBefore":${toJsonInteger(entry.balanceBefore)},` +
    `"debt":${toJsonInteger(entry.debt)},"effectiveAt":"${rfc3339(entry.effectiveAt)}",` +
    `"kind":${JSON.stringify(entry.kind)},"reason":${JSON.stringify(entry.reason)},` +
    `"recordedAt":"${rfc3339(entry.recordedAt)}","seq":${toJsonInteger(entry.seq)},` +
    `"source":{"id":${JSON.stringify(entry.source.id)},"type":${JSON.stringify(entry.source.type)}}}`
  );
}
