import { Body, Controller, Delete, Get, HttpCode, Post, Put, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../catalog/catalog.problems.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../stripe/client/stripe.problems.js';
import { AutoTopUpAnswer, PutAutoTopUpBody, toAutoTopUpAnswer } from './auto-top-up.dto.js';
import { SettingRequests } from './setting-requests.js';
import { AutoTopUpOff, PaymentMethodMissing } from './top-ups.problems.js';
import { TopUpsQueries } from './top-ups.queries.js';

@ApiTags('Checkout')
@Controller('v1/accounts/:accountId/auto-top-up')
export class AutoTopUpController {
  constructor(
    private readonly topUps: TopUpsQueries,
    private readonly requests: SettingRequests,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getAutoTopUp',
    summary: 'Show how an account is topped up by itself',
    description: 'And what it is doing now: what it waits for, or why it is paused.',
  })
  @ApiOkResponse({ type: AutoTopUpAnswer })
  @ApiProblems(AccountNotFound)
  async get(@AccountIdParam() accountId: string): Promise<AutoTopUpAnswer> {
    return toAutoTopUpAnswer(await this.topUps.of(accountId));
  }

  @Put()
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'putAutoTopUp',
    summary: 'Let an account be topped up by itself',
    description:
      'Charges what it has saved whenever less than `belowCredits` is available, up to a cap of money a month. What ' +
      'is paused stays so: resume it.',
  })
  @ApiOkResponse({ type: AutoTopUpAnswer })
  @ApiProblems(
    AccountNotFound,
    ProductNotFound,
    ProductNotForSale,
    CurrencyNotOffered,
    PaymentMethodMissing,
    IdempotencyKeyReused,
    ValidationFailed,
    StripeRefused,
    StripeUnavailable,
  )
  put(
    @AccountIdParam() accountId: string,
    @Body() body: PutAutoTopUpBody,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AutoTopUpAnswer> {
    return this.requests.put({ accountId, key }, body, reply);
  }

  @Post('resume')
  @RequireScope('sell')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resumeAutoTopUp',
    summary: 'Go on with automatic top-ups that are paused',
    description: 'What is due is charged at once, and what stands against that pauses them again.',
  })
  @ApiOkResponse({ type: AutoTopUpAnswer })
  @ApiProblems(AccountNotFound, AutoTopUpOff, IdempotencyKeyReused)
  resume(
    @AccountIdParam() accountId: string,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AutoTopUpAnswer> {
    return this.requests.resume({ accountId, key }, reply);
  }

  @Delete()
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'deleteAutoTopUp',
    summary: 'Switch automatic top-ups off',
    description: 'What was queued is forgotten. What is with the bank already comes to its end.',
  })
  @ApiOkResponse({ type: AutoTopUpAnswer })
  @ApiProblems(AccountNotFound, IdempotencyKeyReused)
  delete(
    @AccountIdParam() accountId: string,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AutoTopUpAnswer> {
    return this.requests.switchOff({ accountId, key }, reply);
  }
}
