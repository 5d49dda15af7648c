import { type FactoryProvider, Module } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { RatingModule } from '../rating/rating.module.js';
import { AnnounceExpiring } from './announce-expiring.js';
import { GrantsController } from './api/grants.controller.js';
import { HoldsController } from './api/holds.controller.js';
import { LedgerController } from './api/ledger.controller.js';
import { LedgerQueries } from './api/ledger.queries.js';
import { LedgerLists } from './api/lists.queries.js';
import { SpendBatchController } from './api/spend-batch.controller.js';
import { SpendsController } from './api/spends.controller.js';
import { FirstReach } from './book/extent.js';
import { CorrectionCommands } from './corrections/correction-commands.js';
import { CorrectionsController } from './corrections/corrections.controller.js';
import type { Channel } from './hand-over/channel.js';
import { HandOver } from './hand-over/hand-over.js';
import { MeterUsage } from './history/meter-usage.js';
import { Ledger } from './ledger.js';
import { CommonMarks } from './marks/common-marks.js';
import { CrossedMarks } from './marks/crossed-marks.js';
import { MarksQueries } from './marks/marks.queries.js';
import { Lanes } from './posting/lanes.js';
import { PostingQueues } from './posting/posting-queues.js';
import { Posting } from './posting.js';
import { StatementController } from './statements/statement.controller.js';
import { Statements } from './statements/statement.js';
import { LedgerSweep } from './sweep.js';
import { EventCommands } from './usage/event-commands.js';
import { HoldPosting } from './usage/holds/hold-posting.js';
import { InclusionsQueries } from './usage/included/inclusions.queries.js';
import { SpendCommands } from './usage/spend-commands.js';
import { BalancesNow } from './walks/balances-now.js';

const posting: FactoryProvider<Posting> = {
  provide: Posting,
  inject: [RUNTIME, PostingQueues],
  useFactory: ({ isHttpProcess }: Runtime, queues: PostingQueues) =>
    isHttpProcess === true ? new HandOver(process as Channel) : queues,
};

@Module({
  imports: [JobsModule, OutboxModule, RatingModule],
  controllers: [
    LedgerController,
    StatementController,
    SpendBatchController,
    SpendsController,
    CorrectionsController,
    HoldsController,
    GrantsController,
  ],
  providers: [
    AnnounceExpiring,
    BalancesNow,
    CommonMarks,
    CorrectionCommands,
    CrossedMarks,
    EventCommands,
    FirstReach,
    HoldPosting,
    InclusionsQueries,
    Lanes,
    Ledger,
    LedgerQueries,
    LedgerLists,
    LedgerSweep,
    MarksQueries,
    MeterUsage,
    PostingQueues,
    SpendCommands,
    Statements,
    posting,
  ],
  exports: [
    AnnounceExpiring,
    BalancesNow,
    CommonMarks,
    CrossedMarks,
    EventCommands,
    InclusionsQueries,
    Lanes,
    Ledger,
    LedgerQueries,
    MarksQueries,
    MeterUsage,
    Posting,
  ],
})
export class LedgerModule {}
