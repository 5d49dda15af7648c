import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { keyOfRow, type RequestKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites } from '../idempotency/idempotent-writes.js';
import { Clock } from '../kernel/clock.js';
import { credits } from '../kernel/credits.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { GrantCategory } from '../ledger/book/model.js';
import { newCodes } from './codes.js';
import type { Voucher } from './voucher.entity.js';
import { VoucherCodeTaken } from './vouchers.problems.js';
import { codesOf, findVoucherByKey, insertVoucher } from './vouchers.store.js';

export interface MakeVoucherCommand {
  /** The seller's own code; generated ones when absent. */
  code?: string;
  /** How many codes are generated. */
  count?: number;
  credits: number;
  category?: GrantCategory;
  validityDays?: number;
  /** RFC 3339. */
  redeemableUntil?: string;
  maxRedemptions?: number;
  perAccount?: number;
  newAccountsOnly?: boolean;
  metadata?: Record<string, string>;
  /** The id of the key that asks. */
  actor: string;
  idempotencyKey: string | undefined;
  /** See `fingerprintOf`. */
  fingerprint: Buffer;
}

/** A voucher as it was when it was made, and all its codes. */
export interface MadeVoucher {
  voucher: Voucher;
  codes: string[];
  isNew: boolean;
}

/**
 * Makes a voucher with its codes. The same idempotency key returns the same one, as it was when it was made. Its codes
 * are in their table alone: the answer is made of the rows whenever it is asked for. Locks the key.
 * @throws ValidationFailed, VoucherCodeTaken, IdempotencyKeyReused
 */
@Injectable()
export class MakeVoucher {
  constructor(
    private readonly clock: Clock,
    private readonly writes: IdempotentWrites,
  ) {}

  async run(tx: Tx, command: MakeVoucherCommand): Promise<MadeVoucher> {
    const { idempotencyKey: key, fingerprint } = command;
    const { row, isNew } = await this.writes.makeRow(
      tx,
      { accountId: '', key, fingerprint },
      {
        find: ({ digest }) => findVoucherByKey(tx, digest),
        make: (requestKey) => this.make(tx, command, requestKey),
      },
    );
    return { voucher: { ...row, redemptions: 0n, disabledAt: null }, codes: await codesOf(tx, row.id), isNew };
  }

  private async make(tx: Tx, command: MakeVoucherCommand, key: RequestKey | undefined): Promise<Voucher> {
    const now = this.clock.now();
    const redeemableUntil = command.redeemableUntil === undefined ? null : new Date(command.redeemableUntil);
    if (redeemableUntil !== null && redeemableUntil <= now)
      throw ValidationFailed.at('/redeemableUntil', 'must be later than now');
    const { code, count = 1 } = command;
    const codes = code === undefined ? newCodes(count) : [code];
    const voucher = {
      id: newId('vch', now),
      codeCount: codes.length,
      credits: credits(command.credits),
      category: command.category ?? 'promotional',
      validityDays: command.validityDays ?? null,
      redeemableUntil,
      maxRedemptions: command.maxRedemptions ?? null,
      perAccount: command.perAccount ?? 1,
      newAccountsOnly: command.newAccountsOnly ?? false,
      metadata: command.metadata ?? {},
      disabledAt: null,
      ...keyOfRow(key),
      actor: command.actor,
      createdAt: now,
    };
    if (!(await insertVoucher(tx, voucher, codes))) {
      invariant(code !== undefined, 'no generated code was ever given out before');
      throw new VoucherCodeTaken();
    }
    return { ...voucher, redemptions: 0n };
  }
}
