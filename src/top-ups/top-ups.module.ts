import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AutoTopUpController } from './auto-top-up.controller.js';
import { BeginTopUp } from './begin-top-up.js';
import { ChangeTopUps } from './change-top-ups.js';
import { ChargeTopUp } from './charge-top-up.js';
import { ConfirmController } from './confirm/confirm.controller.js';
import { ConfirmTopUp } from './confirm/confirm-top-up.js';
import { FollowPayment } from './follow-payment.js';
import { NextAttempt } from './next-attempt.js';
import { PutAutoTopUp } from './put-auto-top-up.js';
import { SettingRequests } from './setting-requests.js';
import { SettleAttempt } from './settle-attempt.js';
import { TopUpsQueries } from './top-ups.queries.js';

@Module({
  imports: [AccountsModule, CatalogModule, CustomersModule, JobsModule, LedgerModule, OutboxModule, StripeModule],
  controllers: [AutoTopUpController, ConfirmController],
  providers: [
    BeginTopUp,
    ChangeTopUps,
    ChargeTopUp,
    ConfirmTopUp,
    FollowPayment,
    NextAttempt,
    PutAutoTopUp,
    SettingRequests,
    SettleAttempt,
    TopUpsQueries,
  ],
  exports: [ChargeTopUp, FollowPayment, NextAttempt, SettleAttempt, TopUpsQueries],
})
export class TopUpsModule {}
