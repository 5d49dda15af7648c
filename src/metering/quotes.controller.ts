import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/require-scope.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { usageLinesOf } from '../rating/lines.dto.js';
import { MeterNotFound, PriceOutOfRange, UsageNotPriced } from '../rating/rating.problems.js';
import { QuoteAnswer, QuoteBody } from './quotes.dto.js';
import { Quotes } from './quotes.js';

@ApiTags('Metering')
@Controller('v1/quotes')
export class QuotesController {
  constructor(private readonly quotes: Quotes) {}

  @Post()
  @HttpCode(200)
  @RequireScope('spend')
  @ApiOperation({
    operationId: 'createQuote',
    summary: 'What usage would cost now',
    description: 'Changes nothing, and keeps nothing for later: prices and what is available may change.',
  })
  @ApiOkResponse({ type: QuoteAnswer })
  @ApiProblems(MeterNotFound, UsageNotPriced, PriceOutOfRange, AccountNotFound)
  quote(@Body() body: QuoteBody): Promise<QuoteAnswer> {
    return this.quotes.quote(usageLinesOf(body), body.accountId);
  }
}
