import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { RatingModule } from '../rating/rating.module.js';
import { QuotesController } from './quotes.controller.js';
import { Quotes } from './quotes.js';

@Module({
  imports: [LedgerModule, RatingModule],
  controllers: [QuotesController],
  providers: [Quotes],
})
export class MeteringModule {}
