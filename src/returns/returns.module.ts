import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { SettleReturns } from './settle-returns.js';

@Module({
  imports: [AccountsModule, LedgerModule, OrdersModule],
  providers: [SettleReturns],
  exports: [SettleReturns],
})
export class ReturnsModule {}
