import { type FactoryProvider, Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { UsageController } from './api/usage.controller.js';
import { UsageReports } from './api/usage-reports.js';
import { DERIVATIONS, type Derivation } from './following/derivation.js';
import { DeriveAnew } from './following/derive-anew.js';
import { FollowAccounts } from './following/follow-accounts.js';
import { Follower } from './following/follower.js';
import { FollowMoney } from './revenue/follow-money.js';
import { RevenueController } from './revenue/revenue.controller.js';
import { Revenue } from './revenue/revenue.js';
import { RevenueReport } from './revenue/revenue-report.js';
import { AddUpAnew } from './usage/add-up-anew.js';
import { UsageRollups } from './usage/rollups.js';

const derivations: FactoryProvider<readonly Derivation[]> = {
  provide: DERIVATIONS,
  // Revenue says what entries have cost, which sums of usage share out.
  inject: [Revenue, UsageRollups],
  useFactory: (...all: Derivation[]) => all,
};

@Module({
  imports: [JobsModule, LedgerModule],
  controllers: [UsageController, RevenueController],
  providers: [
    AddUpAnew,
    DeriveAnew,
    FollowAccounts,
    Follower,
    FollowMoney,
    Revenue,
    RevenueReport,
    UsageReports,
    UsageRollups,
    derivations,
  ],
  exports: [Follower],
})
export class ReportsModule {}
