import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { RatingModule } from '../rating/rating.module.js';
import { EventCounts } from './events/event-counts.js';
import { EventReader } from './events/event-reader.js';
import { UsageEventsController } from './events/usage-events.controller.js';
import { IncludedController } from './included.controller.js';
import { QuotesController } from './quotes.controller.js';
import { Quotes } from './quotes.js';
import { SimulationController } from './simulation/simulation.controller.js';
import { SimulationLimits } from './simulation/simulation-limits.js';
import { Simulations } from './simulation/simulations.js';

@Module({
  imports: [LedgerModule, RatingModule],
  controllers: [QuotesController, IncludedController, SimulationController, UsageEventsController],
  providers: [EventCounts, EventReader, Quotes, SimulationLimits, Simulations],
})
export class MeteringModule {}
