import { credits } from '../../src/kernel/credits.js';
import { type Redeemer, refusalOf, statusOf } from '../../src/vouchers/redeemable.js';
import type { Voucher, VoucherCode } from '../../src/vouchers/voucher.entity.js';
import { secondsToWait, withAnother } from '../../src/vouchers/wrong-codes.js';

const NOW = new Date('2026-12-01T12:00:00.000Z');
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

const VOUCHER: Voucher = {
  ...{ id: 'vch_1', codeCount: 1, credits: credits(5), category: 'promotional', validityDays: null },
  ...{ redeemableUntil: null, maxRedemptions: null, perAccount: 1, newAccountsOnly: false, metadata: {} },
  ...{ redemptions: 0n, disabledAt: null, idempotencyDigest: null, idempotencyFingerprint: null },
  ...{ actor: 'key_1', createdAt: at(-100) },
};
const CODE: VoucherCode = {
  ...{ voucherId: 'vch_1', place: 1, code: 'A', codeKey: 'A', redemptions: 0, disabledAt: null },
};

const CASES: [string, Partial<Voucher>, Partial<VoucherCode>, Partial<Redeemer>, string | undefined][] = [
  ['a voucher without limits', {}, {}, {}, undefined],
  ['one a millisecond before its end', { redeemableUntil: at(0.001) }, {}, {}, undefined],
  ['one at its end', { redeemableUntil: at(0) }, {}, {}, 'voucher-expired'],
  ['one that is disabled', { disabledAt: at(-1) }, {}, {}, 'voucher-expired'],
  ['a code that is disabled', {}, { disabledAt: at(-1) }, {}, 'voucher-expired'],
  ['one that another redeemed', { maxRedemptions: 1 }, { redemptions: 1 }, {}, 'voucher-used-up'],
  ['one with a redemption left', { maxRedemptions: 2 }, { redemptions: 1 }, {}, undefined],
  ['one that the account redeemed', {}, {}, { redeemed: 1 }, 'voucher-already-redeemed'],
  ['one that it may redeem again', { perAccount: 2 }, {}, { redeemed: 1 }, undefined],
  [
    'one that it redeemed, used up',
    { maxRedemptions: 1 },
    { redemptions: 1 },
    { redeemed: 1 },
    'voucher-already-redeemed',
  ],
  ['one for new accounts', { newAccountsOnly: true }, {}, { past: 'order' }, 'voucher-not-for-this-account'],
  ['one that is over, for whoever had it', { redeemableUntil: at(0) }, {}, { redeemed: 1 }, 'voucher-expired'],
];

it.each(CASES)('%s', (_name, voucher, code, redeemer, type) => {
  const asked = { redeemed: 0, past: undefined, ...redeemer };
  expect(refusalOf({ ...VOUCHER, ...voucher }, { ...CODE, ...code }, asked, NOW)?.type).toBe(type);
});

it.each<[Partial<Voucher>, string]>([
  [{}, 'active'],
  [{ maxRedemptions: 2, codeCount: 2, redemptions: 3n }, 'active'],
  [{ maxRedemptions: 2, codeCount: 2, redemptions: 4n }, 'used_up'],
  [{ maxRedemptions: 1, redemptions: 1n, redeemableUntil: at(0) }, 'expired'],
  [{ redeemableUntil: at(0), disabledAt: at(-1) }, 'disabled'],
])('a voucher with %j is %s', (voucher, status) => {
  expect(statusOf({ ...VOUCHER, ...voucher }, NOW)).toBe(status);
});

describe('wrong codes', () => {
  const ten = Array.from({ length: 10 }, (_, index) => at(index * 60));

  it('are heard until there are ten within an hour', () => {
    expect(secondsToWait(ten.slice(1), at(600))).toBeUndefined();
    expect(secondsToWait(ten, at(600))).toBe(3_000);
    expect(secondsToWait(ten, at(3_599.5))).toBe(1);
    expect(secondsToWait(ten, at(3_600))).toBeUndefined();
  });

  it('are forgotten after an hour, in whatever order they stand', () => {
    expect(withAnother([...ten].reverse(), at(3_660))).toEqual([...ten.slice(2), at(3_660)]);
  });

  it('keep nobody away for longer than an hour where a clock was set back', () => {
    expect(secondsToWait(ten, at(-86_400))).toBe(3_600);
  });
});
