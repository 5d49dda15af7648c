import fc from 'fast-check';
import { validated } from '../../../src/http/input/validation.pipe.js';
import { SpendBody } from '../../../src/ledger/api/spends.dto.js';
import { isPlainSpend } from '../../../src/ledger/posting/plain-spend.js';

describe('a spend in its simplest form', () => {
  it('is never one that the general validation would refuse', () => {
    const accountId = fc.oneof(fc.constantFrom('ada', 'a'.repeat(129), '', 'a b', 'a\0'), fc.anything());
    const amount = fc.oneof(
      fc.constantFrom(1, 0, -1, 1.5, 900_000_000_000, 900_000_000_001, '5', 2 ** 53),
      fc.anything(),
    );
    const extra = fc.oneof(
      fc.constant({}),
      fc.record({ metadata: fc.anything() }),
      fc.dictionary(fc.string(), fc.anything()),
    );
    const value = fc.oneof(
      fc
        .tuple(fc.record({ accountId, amount }, { requiredKeys: [] }), extra)
        .map(([spend, more]) => ({ ...spend, ...more })),
      fc.anything(),
    );
    fc.assert(
      fc.property(value, (body) => {
        if (isPlainSpend(body)) expect({ ...validated(SpendBody, body) }).toEqual({ ...body });
      }),
      { numRuns: 2_000 },
    );
  });

  it('is recognised', () => {
    expect(isPlainSpend({ accountId: 'ada', amount: 5 })).toBe(true);
    expect(isPlainSpend({ accountId: 'ada', amount: 5, metadata: {} })).toBe(false);
  });
});
