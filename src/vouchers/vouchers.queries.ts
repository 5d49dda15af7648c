import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, MoreThan } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import { allows } from '../auth/scopes.js';
import { before, given, within } from '../database/conditions.js';
import { Database, type Tx } from '../database/database.js';
import { cursorKeyOf, type PageQuery, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { requireAccount } from '../ledger/require-account.js';
import { toRedemptionAnswer, type VoucherRedemptionAnswer } from './redemptions.dto.js';
import { Voucher, VoucherCode } from './voucher.entity.js';
import { VoucherRedemption } from './voucher-redemption.entity.js';
import { VoucherNotFound } from './vouchers.problems.js';
import { codesRedeemed, firstCodes } from './vouchers.store.js';

/** Whether the caller may see codes. */
export interface Shown {
  withCodes: boolean;
}

/** Only who may make vouchers sees what can be redeemed. */
export function mayShow({ scopes }: Principal): Shown {
  return { withCodes: allows(scopes, 'admin') };
}

const CODES_PER_READ = 1_000;

@Injectable()
export class VouchersQueries {
  constructor(private readonly database: Database) {}

  /** With its code, where it has one alone and that may be seen. @throws VoucherNotFound */
  async show<T>(voucherId: string, { withCodes }: Shown, map: ShowVoucher<T>): Promise<T> {
    const voucher = await this.require(voucherId);
    const [code] = withCodes && voucher.codeCount === 1 ? await firstCodes(this.manager, [voucherId]) : [];
    return map(voucher, code?.code);
  }

  /** Newest first, by their sortable ids, with codes as above. */
  async list<T>(page: SpanQuery, { withCodes }: Shown, map: ShowVoucher<T>): Promise<Page<T>> {
    const vouchers = await this.manager.find(Voucher, {
      where: given<Voucher>({
        createdAt: within(spanOf(page)),
        id: before(cursorKeyOf(page, /^vch_[0-9a-z]{26}$/)),
      }),
      order: { id: 'desc' },
      take: page.limit + 1,
    });
    const single = withCodes ? vouchers.filter(({ codeCount }) => codeCount === 1) : [];
    const codes = new Map(
      (
        await firstCodes(
          this.manager,
          single.map(({ id }) => id),
        )
      ).map(({ voucherId, code }) => [voucherId, code]),
    );
    return pageOf(
      vouchers,
      page.limit,
      ({ id }) => id,
      (voucher) => map(voucher, codes.get(voucher.id)),
    );
  }

  /** The codes of a voucher, in the order of their making. @throws VoucherNotFound */
  async codes<T>(voucherId: string, page: PageQuery, map: (code: VoucherCode) => T): Promise<Page<T>> {
    await this.require(voucherId);
    const after = Number(cursorKeyOf(page, /^\d{1,5}$/) ?? 0);
    const codes = await this.codesAfter(voucherId, after, page.limit + 1);
    return pageOf(codes, page.limit, ({ place }) => `${place}`, map);
  }

  /** The same, all of them, some at a time. */
  async *allCodes(voucherId: string): AsyncGenerator<VoucherCode[]> {
    let after = 0;
    for (;;) {
      const codes = await this.codesAfter(voucherId, after, CODES_PER_READ);
      if (codes.length > 0) yield codes;
      if (codes.length < CODES_PER_READ) return;
      after += codes.length;
    }
  }

  /** Redemptions of a voucher, newest first, with the code of each where it may be seen. @throws VoucherNotFound */
  async redemptionsOf(voucherId: string, page: PageQuery, shown: Shown): Promise<Page<VoucherRedemptionAnswer>> {
    await this.require(voucherId);
    return this.redemptions({ voucherId }, page, shown);
  }

  /** The same of an account. @throws AccountNotFound */
  async redeemedBy(accountId: string, page: PageQuery, shown: Shown): Promise<Page<VoucherRedemptionAnswer>> {
    await requireAccount(this.database, accountId);
    return this.redemptions({ accountId }, page, shown);
  }

  /** @throws VoucherNotFound */
  async require(voucherId: string): Promise<Voucher> {
    const voucher = await this.manager.findOneBy(Voucher, { id: voucherId });
    if (voucher === null) throw new VoucherNotFound('id');
    return voucher;
  }

  private async redemptions(
    of: FindOptionsWhere<VoucherRedemption>,
    page: PageQuery,
    { withCodes }: Shown,
  ): Promise<Page<VoucherRedemptionAnswer>> {
    const redemptions = await this.manager.find(VoucherRedemption, {
      where: { ...of, ...given<VoucherRedemption>({ id: before(cursorKeyOf(page, /^rdm_[0-9a-z]{26}$/)) }) },
      order: { id: 'desc' },
      take: page.limit + 1,
    });
    const redeemed = withCodes ? await codesRedeemed(this.manager, redemptions) : [];
    const codes = new Map(redeemed.map((code) => [placeOf(code), code.code]));
    return pageOf(
      redemptions,
      page.limit,
      ({ id }) => id,
      (redemption) => toRedemptionAnswer(redemption, codes.get(placeOf(redemption))),
    );
  }

  private codesAfter(voucherId: string, place: number, limit: number): Promise<VoucherCode[]> {
    return this.manager.find(VoucherCode, {
      where: { voucherId, place: MoreThan(place) },
      order: { place: 'asc' },
      take: limit,
    });
  }

  private get manager(): Tx {
    return this.database.dataSource.manager;
  }
}

/** Shows a voucher, with its code where that is to be seen. */
type ShowVoucher<T> = (voucher: Voucher, code: string | undefined) => T;

function placeOf({ voucherId, place }: { voucherId: string; place: number }): string {
  return `${voucherId} ${place}`;
}
