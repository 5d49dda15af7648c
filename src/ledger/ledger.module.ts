import { Module } from '@nestjs/common';
import { LedgerController } from './ledger.controller.js';
import { Ledger } from './ledger.js';
import { LedgerQueries } from './ledger.queries.js';
import { PostingQueue } from './posting-queue.js';
import { SpendsController } from './spends.controller.js';

@Module({
  controllers: [LedgerController, SpendsController],
  providers: [Ledger, LedgerQueries, PostingQueue],
  exports: [Ledger, LedgerQueries, PostingQueue],
})
export class LedgerModule {}
