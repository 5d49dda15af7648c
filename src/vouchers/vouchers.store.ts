import { In } from 'typeorm';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { codeKeyOf } from './codes.js';
import { Voucher, VoucherCode } from './voucher.entity.js';
import { VoucherRedemption } from './voucher-redemption.entity.js';

/*
 * Every way in which a voucher, its codes, its redemptions and wrong codes are locked and written, in the transaction
 * that each is given. A voucher is locked behind the balance of the account that redeems it.
 */

export type NewVoucher = Omit<Voucher, 'redemptions'>;

/**
 * Writes a voucher with its codes, all of them as one text, since none has a blank: an array of ten thousand would be
 * quoted item by item. False when another voucher has any of them.
 */
export async function insertVoucher(tx: Tx, voucher: NewVoucher, codes: readonly string[]): Promise<boolean> {
  await tx.insert(Voucher, voucher);
  const [{ count }]: [{ count: number }] = await tx.query(
    `with inserted as (
       insert into voucher_codes (voucher_id, place, code, code_key)
       select $1, place, code, code_key
       from unnest(string_to_array($2, ' '), string_to_array($3, ' ')) with ordinality as codes (code, code_key, place)
       on conflict (code_key) do nothing
       returning 1)
     select count(*)::int from inserted`,
    [voucher.id, codes.join(' '), codes.map(codeKeyOf).join(' ')],
  );
  return count === codes.length;
}

export function findVoucherByKey(tx: Tx, idempotencyDigest: Buffer): Promise<Voucher | null> {
  return tx.findOneBy(Voucher, { idempotencyDigest });
}

/** Where a code is; neither the voucher nor the place of a code ever changes. */
export function findCode(tx: Tx, code: string): Promise<VoucherCode | null> {
  return tx.findOneBy(VoucherCode, { codeKey: codeKeyOf(code) });
}

/**
 * Locks a voucher (`for no key update`), and with it all its codes and redemptions, which are written under this lock
 * alone. Null when there is none.
 */
export function lockVoucher(tx: Tx, voucherId: string): Promise<Voucher | null> {
  return tx.findOne(Voucher, { where: { id: voucherId }, lock: { mode: 'for_no_key_update' } });
}

/** A code as it is under the lock of its voucher. */
export async function readCode(tx: Tx, { voucherId, place }: VoucherCode): Promise<VoucherCode> {
  const code = await tx.findOneBy(VoucherCode, { voucherId, place });
  invariant(code !== null, 'a code is never deleted');
  return code;
}

export function countRedemptions(tx: Tx, voucherId: string, accountId: string): Promise<number> {
  return tx.countBy(VoucherRedemption, { voucherId, accountId });
}

/** Writes a redemption, and counts it with its code and its voucher, which is locked. */
export async function insertRedemption(tx: Tx, redemption: VoucherRedemption): Promise<void> {
  const { voucherId, place } = redemption;
  await tx.insert(VoucherRedemption, redemption);
  await tx.increment(VoucherCode, { voucherId, place }, 'redemptions', 1);
  await tx.increment(Voucher, { id: voucherId }, 'redemptions', 1);
}

export async function disableVoucher(tx: Tx, voucherId: string, disabledAt: Date): Promise<void> {
  await tx.update(Voucher, { id: voucherId }, { disabledAt });
}

export async function disableCode(tx: Tx, { voucherId, place }: VoucherCode, disabledAt: Date): Promise<void> {
  await tx.update(VoucherCode, { voucherId, place }, { disabledAt });
}

/** All codes of a voucher, in their order. */
export async function codesOf(tx: Tx, voucherId: string): Promise<string[]> {
  const [{ codes }]: [{ codes: string }] = await tx.query(
    `select string_agg(code, ' ' order by place) as codes from voucher_codes where voucher_id = $1`,
    [voucherId],
  );
  return codes.split(' ');
}

/** When an account has sent wrong codes lately. Its balance is locked. */
export async function readWrongCodes(tx: Tx, accountId: string): Promise<Date[]> {
  const [row]: { wrong_at: Date[] }[] = await tx.query(
    'select wrong_at from voucher_wrong_codes where account_id = $1',
    [accountId],
  );
  return row?.wrong_at ?? [];
}

export async function storeWrongCodes(tx: Tx, accountId: string, wrongAt: readonly Date[]): Promise<void> {
  await tx.query(
    `insert into voucher_wrong_codes (account_id, wrong_at)
     values ($1, $2::timestamptz[])
     on conflict (account_id) do update set wrong_at = excluded.wrong_at`,
    [accountId, wrongAt],
  );
}

/** The codes that were redeemed, by voucher and place. */
export async function codesRedeemed(
  tx: Tx,
  redemptions: readonly Pick<VoucherRedemption, 'voucherId' | 'place'>[],
): Promise<VoucherCode[]> {
  if (redemptions.length === 0) return [];
  return tx.find(VoucherCode, { where: redemptions.map(({ voucherId, place }) => ({ voucherId, place })) });
}

/** The first code of each of these vouchers. */
export function firstCodes(tx: Tx, voucherIds: readonly string[]): Promise<VoucherCode[]> {
  return tx.find(VoucherCode, { where: { voucherId: In(voucherIds), place: 1 } });
}
