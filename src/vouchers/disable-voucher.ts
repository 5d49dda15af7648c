import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { VoucherNotFound } from './vouchers.problems.js';
import { disableCode, disableVoucher, findCode, lockVoucher } from './vouchers.store.js';

export interface DisableVoucherCommand {
  voucherId: string;
  /** One of its codes; all of it when absent. */
  code?: string;
}

/**
 * Lets a voucher, or one of its codes, be redeemed no more, for good. What was redeemed before stays; what is redeemed
 * at the same moment comes before it or is refused. Doing it again changes nothing. Locks the voucher.
 * @throws VoucherNotFound
 */
@Injectable()
export class DisableVoucher {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { voucherId, code }: DisableVoucherCommand): Promise<void> {
    const voucher = await lockVoucher(tx, voucherId);
    if (voucher === null) throw new VoucherNotFound('id');
    if (code !== undefined) await this.disableCode(tx, voucherId, code);
    else if (voucher.disabledAt === null) await disableVoucher(tx, voucherId, this.clock.now());
  }

  private async disableCode(tx: Tx, voucherId: string, text: string): Promise<void> {
    const code = await findCode(tx, text);
    if (code === null || code.voucherId !== voucherId) throw new VoucherNotFound('code');
    if (code.disabledAt === null) await disableCode(tx, code, this.clock.now());
  }
}
