import { Module } from '@nestjs/common';
import { BookChecksModule } from '../book-checks/book-checks.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { BookedQueries } from './books/booked.queries.js';
import { BookedInvoicesQueries } from './books/booked-invoices.queries.js';
import { BookedSubscriptionsQueries } from './books/booked-subscriptions.queries.js';
import { UnseenQueries } from './books/unseen.queries.js';
import { Comparisons } from './compare/comparisons.js';
import { LookAt } from './compare/look-at.js';
import { ReconciliationsController } from './reconciliations.controller.js';
import { ReconciliationsQueries } from './reconciliations.queries.js';
import { CollectUndelivered } from './run/collect-undelivered.js';
import { CompareBooked } from './run/compare-booked.js';
import { CompareListed } from './run/compare-listed.js';
import { ConcludeLook } from './run/conclude-look.js';
import { FinishStep } from './run/finish-step.js';
import { Phases } from './run/phases.js';
import { ReconciliationWork } from './run/reconciliation-work.js';
import { ReconciliationWorker } from './run/reconciliation-worker.js';
import { RepairFinding } from './run/repair-finding.js';
import { SecondLook } from './run/second-look.js';
import { StartReconciliation } from './run/start-reconciliation.js';
import { Suspicions } from './run/suspicions.js';
import { TakeStep } from './run/take-step.js';
import { UndeliveredEvents } from './run/undelivered-events.js';

@Module({
  imports: [BookChecksModule, JobsModule, OutboxModule, SettlementModule, StripeModule, SubscriptionsModule],
  controllers: [ReconciliationsController],
  providers: [
    BookedInvoicesQueries,
    BookedSubscriptionsQueries,
    BookedQueries,
    CollectUndelivered,
    CompareBooked,
    CompareListed,
    Comparisons,
    ConcludeLook,
    SecondLook,
    LookAt,
    FinishStep,
    Phases,
    ReconciliationWork,
    ReconciliationWorker,
    ReconciliationsQueries,
    RepairFinding,
    StartReconciliation,
    Suspicions,
    TakeStep,
    UndeliveredEvents,
    UnseenQueries,
  ],
})
export class ReconciliationModule {}
