import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { credits } from '../../src/kernel/credits.js';
import { canonicalEntry, GENESIS_HASH, hashEntry } from '../../src/ledger/book/hash-chain.js';
import type { Entry } from '../../src/ledger/book/model.js';

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => value.isWellFormed());
const amount = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }).map(credits);
const instant = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
const entry: fc.Arbitrary<Omit<Entry, 'hash'>> = fc.record({
  accountId: text,
  seq: fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
  kind: fc.constantFrom('grant' as const, 'spend' as const, 'expiry' as const),
  amount,
  balanceBefore: amount,
  balanceAfter: amount,
  debt: amount,
  source: fc.record({ type: text, id: text }),
  allocations: fc.array(fc.record({ grantId: text, amount }), { maxLength: 3 }),
  reason: fc.option(text),
  actor: fc.option(text),
  effectiveAt: instant,
  recordedAt: instant,
});

describe('what is hashed of an entry', () => {
  it('is its RFC 8785 form', () => {
    fc.assert(
      fc.property(entry, (given) =>
        expect(canonicalEntry(given)).toBe(canonicalize(JSON.parse(canonicalEntry(given)))),
      ),
    );
  });

  it('changes with every field, and with the entry before', () => {
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const isSame = canonicalEntry(one) === canonicalEntry(other);
        expect(hashEntry(GENESIS_HASH, one).equals(hashEntry(GENESIS_HASH, other))).toBe(isSame);
        expect(hashEntry(Buffer.alloc(32, 1), one).equals(hashEntry(GENESIS_HASH, one))).toBe(false);
      }),
    );
  });

  it('is fixed: the same entry has the same hash for good', () => {
    const fixed: Omit<Entry, 'hash'> = {
      accountId: 'ada',
      seq: 1n,
      kind: 'grant',
      amount: credits(12),
      balanceBefore: credits(0),
      balanceAfter: credits(12),
      debt: credits(0),
      source: { type: 'payment_intent', id: 'pi_1' },
      allocations: [{ grantId: 'grt_1', amount: credits(12) }],
      reason: null,
      actor: null,
      effectiveAt: new Date('2026-11-21T12:00:00.000Z'),
      recordedAt: new Date('2026-11-21T12:00:00.000Z'),
    };
    expect(hashEntry(GENESIS_HASH, fixed).toString('hex')).toMatchInlineSnapshot(
      `"46a14c517bb0092bf0b83ae69c0c21963a9cba754be87a813df21fed466827f1"`,
    );
  });
});
