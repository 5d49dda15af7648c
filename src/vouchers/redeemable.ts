import type { Problem } from '../kernel/problem.js';
import type { Voucher, VoucherCode } from './voucher.entity.js';
import {
  VoucherAlreadyRedeemed,
  VoucherExpired,
  VoucherNotForThisAccount,
  VoucherUsedUp,
} from './vouchers.problems.js';

/** What of an account decides whether it can redeem a voucher. */
export interface Redeemer {
  /** How often it has redeemed this voucher, by whichever code. */
  readonly redeemed: number;
  /** What it has done that makes it no new account, as far as the voucher asks. */
  readonly past: 'order' | 'spend' | undefined;
}

/**
 * Why an account cannot redeem a code now, or undefined. Of several reasons the one that holds for all accounts comes
 * first, then the one that the buyer knows best. Pure.
 */
export function refusalOf(
  voucher: Voucher,
  code: VoucherCode,
  { redeemed, past }: Redeemer,
  now: Date,
): Problem | undefined {
  const end = endOf(voucher, code, now);
  if (end !== undefined) return new VoucherExpired({ because: end.because, endedAt: end.at.toISOString() });
  const { perAccount, maxRedemptions } = voucher;
  if (redeemed >= perAccount) return new VoucherAlreadyRedeemed({ perAccount });
  if (maxRedemptions !== null && code.redemptions >= maxRedemptions) return new VoucherUsedUp({ maxRedemptions });
  return past === undefined ? undefined : new VoucherNotForThisAccount({ because: past });
}

function endOf(voucher: Voucher, code: VoucherCode, now: Date): { because: 'time' | 'disabled'; at: Date } | undefined {
  const disabledAt = voucher.disabledAt ?? code.disabledAt;
  if (disabledAt !== null) return { because: 'disabled', at: disabledAt };
  return isOver(voucher, now) ? { because: 'time', at: voucher.redeemableUntil } : undefined;
}

type Ending = Voucher & { readonly redeemableUntil: Date };

function isOver(voucher: Voucher, now: Date): voucher is Ending {
  return voucher.redeemableUntil !== null && voucher.redeemableUntil <= now;
}

export const VOUCHER_STATUSES = ['active', 'used_up', 'expired', 'disabled'] as const;
export type VoucherStatus = (typeof VOUCHER_STATUSES)[number];

/** Whether any of its codes can be redeemed by anybody, or why not. */
export function statusOf(voucher: Voucher, now: Date): VoucherStatus {
  const { disabledAt, maxRedemptions, redemptions, codeCount } = voucher;
  if (disabledAt !== null) return 'disabled';
  if (isOver(voucher, now)) return 'expired';
  const most = maxRedemptions === null ? undefined : BigInt(maxRedemptions) * BigInt(codeCount);
  return most !== undefined && redemptions >= most ? 'used_up' : 'active';
}
