import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { BookedQueries } from './booked.queries.js';
import { BookedInvoicesQueries } from './booked-invoices.queries.js';
import { BookedSubscriptionsQueries } from './booked-subscriptions.queries.js';
import { CollectUndelivered } from './collect-undelivered.js';
import { CompareBooked } from './compare-booked.js';
import { CompareListed } from './compare-listed.js';
import { Comparisons } from './comparisons.js';
import { LookAgain } from './look-again.js';
import { LookAt } from './look-at.js';
import { NoteStep } from './note-step.js';
import { Phases } from './phases.js';
import { ReconciliationWork } from './reconciliation-work.js';
import { ReconciliationWorker } from './reconciliation-worker.js';
import { ReconciliationsController } from './reconciliations.controller.js';
import { ReconciliationsQueries } from './reconciliations.queries.js';
import { RecordBookCheck } from './record-book-check.js';
import { RepairFinding } from './repair-finding.js';
import { RequeueReconciliations } from './requeue-reconciliations.js';
import { StartReconciliation } from './start-reconciliation.js';
import { Suspicions } from './suspicions.js';
import { TakeStep } from './take-step.js';
import { UndeliveredEvents } from './undelivered-events.js';
import { UnseenQueries } from './unseen.queries.js';

@Module({
  imports: [JobsModule, SettlementModule, StripeModule, SubscriptionsModule],
  controllers: [ReconciliationsController],
  providers: [
    BookedInvoicesQueries,
    BookedSubscriptionsQueries,
    BookedQueries,
    CollectUndelivered,
    CompareBooked,
    CompareListed,
    Comparisons,
    LookAgain,
    LookAt,
    NoteStep,
    Phases,
    ReconciliationWork,
    ReconciliationWorker,
    ReconciliationsQueries,
    RecordBookCheck,
    RepairFinding,
    RequeueReconciliations,
    StartReconciliation,
    Suspicions,
    TakeStep,
    UndeliveredEvents,
    UnseenQueries,
  ],
})
export class ReconciliationModule {}
