import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { DisputesQueries } from './disputes.queries.js';
import { RefundsQueries } from './refunds.queries.js';
import { SettleReturns } from './settle-returns.js';

@Module({
  imports: [AccountsModule, LedgerModule, OrdersModule, OutboxModule],
  providers: [DisputesQueries, RefundsQueries, SettleReturns],
  exports: [DisputesQueries, RefundsQueries, SettleReturns],
})
export class ReturnsModule {}
