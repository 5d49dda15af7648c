import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { addDays, Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { Book } from '../ledger/book/book.js';
import type { Grant } from '../ledger/book/model.js';
import { decideGrant, GIVEN_BY_VOUCHER } from '../ledger/decisions/grant.js';
import { hasSpent } from '../ledger/has-spent.js';
import { Ledger } from '../ledger/ledger.js';
import { hasOrdered } from '../orders/orders.queries.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import { type Redeemer, refusalOf } from './redeemable.js';
import { toRedemptionAnswer } from './redemptions.dto.js';
import type { Voucher, VoucherCode } from './voucher.entity.js';
import type { VoucherRedemption } from './voucher-redemption.entity.js';
import { TooManyWrongCodes, VoucherNotFound } from './vouchers.problems.js';
import {
  countRedemptions,
  findCode,
  insertRedemption,
  lockVoucher,
  readCode,
  readWrongCodes,
  storeWrongCodes,
} from './vouchers.store.js';
import { secondsToWait, withAnother } from './wrong-codes.js';

export interface RedeemVoucherCommand {
  accountId: string;
  /** As it was typed. */
  code: string;
  /** The id of the key that asks. */
  actor: string;
}

export interface Redeemed {
  redemption: VoucherRedemption;
  grant: Grant;
}

/**
 * Gives an account what a voucher is for: grant, redemption, counts and event in one transaction. Locks the account's
 * balance, then the voucher; whether it can be redeemed is decided under both. A wrong code has been noted when
 * VoucherNotFound is thrown, and nothing else was done: whoever runs this commits it then, or guessing costs nothing.
 * @throws AccountNotFound, TooManyWrongCodes, VoucherNotFound, VoucherExpired, VoucherAlreadyRedeemed, VoucherUsedUp,
 * VoucherNotForThisAccount, BalanceOutOfRange
 */
@Injectable()
export class RedeemVoucher {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly recordDomainEvent: RecordDomainEvent,
  ) {}

  async run(tx: Tx, command: RedeemVoucherCommand): Promise<Redeemed> {
    const { accountId } = command;
    const found = await findCode(tx, command.code);
    const purchases = found === null ? [] : [{ type: GIVEN_BY_VOUCHER, id: found.voucherId }];
    const book = await this.ledger.open(tx, accountId, { purchases });
    const wrongAt = await readWrongCodes(tx, accountId);
    // What time it is may have changed while the balance was waited for.
    const retryAfterSeconds = secondsToWait(wrongAt, this.clock.now());
    if (retryAfterSeconds !== undefined) throw new TooManyWrongCodes({ retryAfterSeconds });
    if (found === null) {
      await storeWrongCodes(tx, accountId, withAnother(wrongAt, this.clock.now()));
      throw new VoucherNotFound('code');
    }
    return this.redeem(tx, book, found, command);
  }

  private async redeem(
    tx: Tx,
    book: Book,
    found: VoucherCode,
    { accountId, actor }: RedeemVoucherCommand,
  ): Promise<Redeemed> {
    const voucher = await lockVoucher(tx, found.voucherId);
    invariant(voucher !== null, 'a voucher is never deleted');
    const code = await readCode(tx, found);
    const redeemer = await redeemerOf(tx, voucher, accountId);
    const now = this.clock.now();
    const refusal = refusalOf(voucher, code, redeemer, now);
    if (refusal !== undefined) throw refusal;
    const id = newId('rdm', now);
    const grant = decideGrant(book, {
      amount: voucher.credits,
      category: voucher.category,
      source: { type: GIVEN_BY_VOUCHER, id: voucher.id },
      sourcePart: id,
      expiresAt: voucher.validityDays === null ? null : addDays(book.now, voucher.validityDays),
      actor,
    });
    await this.ledger.write(tx, book);
    const { voucherId, place } = code;
    const redemption = {
      ...{ id, accountId, voucherId, place, grantId: grant.id, credits: grant.amount },
      ...{ actor, redeemedAt: now },
    };
    await insertRedemption(tx, redemption);
    // Without the code: whoever reads events may not redeem it.
    const data = toRedemptionAnswer(redemption);
    await this.recordDomainEvent.run(tx, { type: 'voucher.redeemed', accountId, data, cause: id });
    return { redemption, grant };
  }
}

async function redeemerOf(tx: Tx, { id, newAccountsOnly }: Voucher, accountId: string): Promise<Redeemer> {
  return {
    redeemed: await countRedemptions(tx, id, accountId),
    past: newAccountsOnly ? await pastOf(tx, accountId) : undefined,
  };
}

async function pastOf(tx: Tx, accountId: string): Promise<Redeemer['past']> {
  if (await hasOrdered(tx, accountId)) return 'order';
  return (await hasSpent(tx, accountId)) ? 'spend' : undefined;
}
