import { Module } from '@nestjs/common';
import { GrantsController } from './grants.controller.js';
import { HoldsController } from './holds.controller.js';
import { LedgerController } from './ledger.controller.js';
import { Ledger } from './ledger.js';
import { LedgerQueries } from './ledger.queries.js';
import { LedgerLists } from './lists.queries.js';
import { PostingQueue } from './posting-queue.js';
import { SpendBatchController } from './spend-batch.controller.js';
import { SpendsController } from './spends.controller.js';
import { StatementController } from './statement.controller.js';
import { Statements } from './statement.js';
import { LedgerSweep } from './sweep.js';

@Module({
  controllers: [
    LedgerController,
    StatementController,
    SpendBatchController,
    SpendsController,
    HoldsController,
    GrantsController,
  ],
  providers: [Ledger, LedgerQueries, LedgerLists, LedgerSweep, PostingQueue, Statements],
  exports: [Ledger, LedgerQueries, PostingQueue],
})
export class LedgerModule {}
