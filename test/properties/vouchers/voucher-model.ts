const MOST_WRONG = 10;
const WINDOW_MS = 3_600_000;

export interface ModelVoucher {
  readonly id: string;
  readonly codes: readonly string[];
  readonly credits: number;
  readonly maxRedemptions: number | undefined;
  readonly perAccount: number;
  readonly newAccountsOnly: boolean;
  readonly untilMs: number | undefined;
}

interface Redemption {
  readonly accountId: string;
  readonly voucher: ModelVoucher;
  readonly code: string;
}

/** What vouchers are to do, as a list of what happened that is counted anew for every question. */
export class VoucherModel {
  private readonly redemptions: Redemption[] = [];
  private readonly wrong: { accountId: string; atMs: number }[] = [];
  private readonly disabled = new Set<string>();
  private readonly spends: string[] = [];
  private readonly orders = new Set<string>();

  constructor(private readonly vouchers: readonly ModelVoucher[]) {}

  redeem(accountId: string, voucher: ModelVoucher, code: string, nowMs: number): string {
    if (!this.isHeard(accountId, nowMs)) return 'too-many-wrong-codes';
    const isOver = voucher.untilMs !== undefined && nowMs >= voucher.untilMs;
    if (isOver || this.disabled.has(code)) return 'voucher-expired';
    const ofVoucher = this.redemptions.filter((one) => one.voucher === voucher);
    if (ofVoucher.filter((one) => one.accountId === accountId).length >= voucher.perAccount)
      return 'voucher-already-redeemed';
    if (ofVoucher.filter((one) => one.code === code).length >= (voucher.maxRedemptions ?? Number.POSITIVE_INFINITY))
      return 'voucher-used-up';
    const isNew = !this.orders.has(accountId) && !this.spends.includes(accountId);
    if (voucher.newAccountsOnly && !isNew) return 'voucher-not-for-this-account';
    this.redemptions.push({ accountId, voucher, code });
    return 'accepted';
  }

  guess(accountId: string, nowMs: number): string {
    if (!this.isHeard(accountId, nowMs)) return 'too-many-wrong-codes';
    this.wrong.push({ accountId, atMs: nowMs });
    return 'voucher-not-found';
  }

  disable(voucher: ModelVoucher, code: string | undefined): void {
    for (const one of code === undefined ? voucher.codes : [code]) this.disabled.add(one);
  }

  spend(accountId: string): void {
    this.spends.push(accountId);
  }

  order(accountId: string): void {
    this.orders.add(accountId);
  }

  redemptionsOf(voucher: ModelVoucher): number {
    return this.redemptions.filter((one) => one.voucher === voucher).length;
  }

  givenTo(accountId: string): number {
    return this.vouchers.reduce((sum, { id, credits }) => {
      const count = this.redemptions.filter((one) => one.accountId === accountId && one.voucher.id === id).length;
      return sum + count * credits;
    }, 0);
  }

  changeOf(accountId: string): number {
    return this.givenTo(accountId) - this.spends.filter((one) => one === accountId).length;
  }

  private isHeard(accountId: string, nowMs: number): boolean {
    const lately = this.wrong.filter((one) => one.accountId === accountId && one.atMs > nowMs - WINDOW_MS);
    return lately.length < MOST_WRONG;
  }
}
