import { asManyAs } from '../../src/ledger/costs/costs-of.js';

describe('what spends have cost that were not followed yet', () => {
  const span = (accountId: string, from: bigint, to: bigint) => ({ accountId, from, to });
  const followed = (...spans: ReturnType<typeof span>[]) => asManyAs(10n, spans).map(({ accountId }) => accountId);

  it.each([
    ['of all accounts while they are few together', [span('a', 1n, 4n), span('b', 7n, 12n)], ['a', 'b']],
    ['of no account that would be too many', [span('a', 1n, 4n), span('b', 7n, 13n), span('c', 1n, 6n)], ['a', 'c']],
    ['of an account with very many by none', [span('a', 1n, 11n), span('b', 1n, 10n)], ['b']],
    ['of one that is followed by none', [span('a', 5n, 4n), span('b', 1n, 10n)], ['b']],
  ])('is worked out %s', (_which, spans, expected) => {
    expect(followed(...spans)).toEqual(expected);
  });
});
