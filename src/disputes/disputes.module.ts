import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { ReturnsModule } from '../returns/returns.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AnswerDispute } from './answer-dispute.js';
import { DisputesController } from './disputes.controller.js';
import { EvidenceQueries } from './evidence.queries.js';
import { EvidenceWorker } from './evidence-worker.js';
import { ClearOffSessionStop } from './off-session/clear-off-session-stop.js';
import { OffSessionClearancesQueries } from './off-session/off-session-clearances.queries.js';
import { OffSessionStopsController } from './off-session/off-session-stops.controller.js';
import { RecordEvidence } from './record-evidence.js';
import { ResumeEvidence } from './resume-evidence.js';
import { SendEvidence } from './send-evidence.js';

@Module({
  imports: [AccountsModule, JobsModule, LedgerModule, OrdersModule, ReturnsModule, StripeModule],
  controllers: [DisputesController, OffSessionStopsController],
  providers: [
    AnswerDispute,
    ClearOffSessionStop,
    EvidenceQueries,
    EvidenceWorker,
    OffSessionClearancesQueries,
    RecordEvidence,
    ResumeEvidence,
    SendEvidence,
  ],
})
export class DisputesModule {}
