import { Module } from '@nestjs/common';
import { MetersController } from './meters/meters.controller.js';
import { MetersQueries } from './meters/meters.queries.js';
import { PutMeter } from './meters/put-meter.js';
import { CreateRate } from './rates/create-rate.js';
import { RateCards } from './rates/rate-cards.js';
import { RatesController } from './rates/rates.controller.js';
import { RatesQueries } from './rates/rates.queries.js';

@Module({
  controllers: [MetersController, RatesController],
  providers: [MetersQueries, PutMeter, CreateRate, RateCards, RatesQueries],
  exports: [RateCards],
})
export class RatingModule {}
