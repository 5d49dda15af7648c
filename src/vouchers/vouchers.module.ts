import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { DisableVoucher } from './disable-voucher.js';
import { MakeVoucher } from './make-voucher.js';
import { RedeemVoucher } from './redeem-voucher.js';
import { RedemptionsController } from './redemptions.controller.js';
import { VoucherCodesController } from './voucher-codes.controller.js';
import { VouchersController } from './vouchers.controller.js';
import { VouchersQueries } from './vouchers.queries.js';

@Module({
  imports: [LedgerModule, OutboxModule],
  controllers: [VouchersController, VoucherCodesController, RedemptionsController],
  providers: [DisableVoucher, MakeVoucher, RedeemVoucher, VouchersQueries],
})
export class VouchersModule {}
