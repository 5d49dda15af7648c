import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { StripeModule } from '../stripe/stripe.module.js';
import { AnswerDispute } from './answer-dispute.js';
import { AskForRefund } from './ask-for-refund.js';
import { ClearOffSessionStop } from './clear-off-session-stop.js';
import { DisputesController } from './disputes.controller.js';
import { DisputesQueries } from './disputes.queries.js';
import { EvidenceQueries } from './evidence.queries.js';
import { EvidenceWorker } from './evidence-worker.js';
import { FinishEvidence } from './finish-evidence.js';
import { HandOverEvidence } from './hand-over-evidence.js';
import { NoteAnswer } from './note-answer.js';
import { NoteEvidence } from './note-evidence.js';
import { OffSessionClearancesQueries } from './off-session-clearances.queries.js';
import { OffSessionStopsController } from './off-session-stops.controller.js';
import { RecordEvidence } from './record-evidence.js';
import { RefundOrder } from './refund-order.js';
import { RefundPreviewController } from './refund-preview.controller.js';
import { RefundPreview } from './refund-preview.js';
import { RefundWorker } from './refund-worker.js';
import { RefundsController } from './refunds.controller.js';
import { RefundsQueries } from './refunds.queries.js';
import { RefuseRefund } from './refuse-refund.js';
import { RequestRefund } from './request-refund.js';
import { RequeueEvidence } from './requeue-evidence.js';
import { RequeueRefunds } from './requeue-refunds.js';
import { SettleMoneyBack } from './settle-money-back.js';
import { TakeUnused } from './take-unused.js';

@Module({
  imports: [AccountsModule, OrdersModule, JobsModule, LedgerModule, StripeModule],
  controllers: [RefundsController, RefundPreviewController, DisputesController, OffSessionStopsController],
  providers: [
    AnswerDispute,
    AskForRefund,
    ClearOffSessionStop,
    DisputesQueries,
    EvidenceQueries,
    EvidenceWorker,
    FinishEvidence,
    HandOverEvidence,
    NoteAnswer,
    NoteEvidence,
    OffSessionClearancesQueries,
    RecordEvidence,
    RefundOrder,
    RefundPreview,
    RefundsQueries,
    RefundWorker,
    RefuseRefund,
    RequestRefund,
    RequeueEvidence,
    RequeueRefunds,
    SettleMoneyBack,
    TakeUnused,
  ],
  exports: [RefundPreview, SettleMoneyBack],
})
export class RefundsModule {}
