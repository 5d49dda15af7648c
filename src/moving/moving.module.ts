import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AdoptionModule } from '../adoption/adoption.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { CheckStripe } from './import/check-stripe.js';
import { ImportFile } from './import/import-file.js';
import { ImportLines } from './import/import-lines.js';
import { ImportsStore } from './import/imports.store.js';
import { JudgeLines } from './import/judge-lines.js';
import { NamedPlans } from './import/named-plans.js';
import { WriteLines } from './import/write-lines.js';

@Module({
  imports: [
    AccountsModule,
    AdoptionModule,
    CatalogModule,
    CustomersModule,
    LedgerModule,
    StripeModule,
    SubscriptionsModule,
  ],
  providers: [CheckStripe, ImportFile, ImportLines, ImportsStore, JudgeLines, NamedPlans, WriteLines],
})
export class MovingModule {}
