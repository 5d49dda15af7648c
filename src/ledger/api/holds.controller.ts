import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { AccountIdParam, ApiAccountIdParam, pathText } from '../../http/input/account-id.param.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { ApiIdempotencyKey, IdempotencyKey, idempotencyKeyOf } from '../../idempotency/idempotency-key.js';
import type { Page } from '../../kernel/keyset-page.js';
import { MeterNotFound, PriceOutOfRange, UsageNotPriced } from '../../rating/rating.problems.js';
import { extendHoldCommand, releaseHoldCommand } from '../commands/holds.js';
import {
  AccountNotFound,
  CaptureExceedsHold,
  HoldAlreadyCaptured,
  HoldAlreadyExpired,
  HoldAlreadyReleased,
  HoldLifeExceeded,
  HoldNotFound,
  InsufficientCredits,
  QueueFull,
} from '../ledger.problems.js';
import { sendStored } from '../posting/send-stored.js';
import { Posting } from '../posting.js';
import { HoldPosting } from '../usage/holds/hold-posting.js';
import { LinesNotKept } from '../usage/lines.problems.js';
import { CaptureAnswer, CaptureHoldBody, ExtendHoldBody, HoldAnswer, HoldBody, ListHoldsQuery } from './holds.dto.js';
import { LedgerQueries } from './ledger.queries.js';
import { LedgerLists } from './lists.queries.js';
import { captureOf, holdOf } from './plain-hold.js';

@ApiTags('Holds')
@Controller('v1')
export class HoldsController {
  constructor(
    private readonly posting: Posting,
    private readonly ledger: LedgerQueries,
    private readonly lists: LedgerLists,
    private readonly holds: HoldPosting,
  ) {}

  @Post('holds')
  @RequireScope('spend')
  @ApiOperation({ operationId: 'createHold', summary: 'Put credits aside for a job that runs, once per key' })
  @ApiIdempotencyKey({ required: true })
  @ApiBody({ type: HoldBody })
  @ApiCreatedResponse({ type: HoldAnswer })
  @ApiProblems(
    ...[InsufficientCredits, AccountNotFound, IdempotencyKeyReused, ValidationFailed, QueueFull],
    ...[MeterNotFound, UsageNotPriced, PriceOutOfRange, LinesNotKept],
  )
  async place(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    // Busy routes read their requests themselves: decorated parameters go through the pipes one await after the other.
    const key = idempotencyKeyOf(request, { required: true });
    return sendStored(reply, await this.holds.place(key, holdOf(request.body)));
  }

  @Get('holds')
  @ApiOperation({ operationId: 'listHolds', summary: 'List holds', description: 'Newest first.' })
  @ApiPageResponse(HoldAnswer)
  list(@Query() query: ListHoldsQuery): Promise<Page<HoldAnswer>> {
    return this.lists.holds(query);
  }

  @Get('accounts/:accountId/holds/:holdId')
  @ApiOperation({ operationId: 'getHold', summary: 'A hold' })
  @ApiOkResponse({ type: HoldAnswer })
  @ApiProblems(HoldNotFound)
  hold(@AccountIdParam() accountId: string, @Param('holdId') holdId: string): Promise<HoldAnswer> {
    return this.ledger.hold(accountId, holdId);
  }

  @Post('accounts/:accountId/holds/:holdId/captures')
  @RequireScope('spend')
  @ApiOperation({
    operationId: 'captureHold',
    summary: 'Spend what is held',
    description:
      'An amount, or what usage costs: priced by the version that the hold was priced by, from where the account ' +
      'stood then. What exceeds the hold is refused (`capture-exceeds-hold`), or with `overage: "available"` taken ' +
      'of what is available: where that is less, 402 tells what is available, and how much of it the capture needs.',
  })
  @ApiIdempotencyKey({ required: true })
  @ApiParam({ name: 'holdId', type: String })
  @ApiAccountIdParam()
  @ApiBody({ type: CaptureHoldBody })
  @ApiCreatedResponse({ type: CaptureAnswer })
  @ApiProblems(
    ...[AccountNotFound, HoldNotFound, CaptureExceedsHold, InsufficientCredits, ValidationFailed],
    ...[HoldAlreadyCaptured, HoldAlreadyReleased, HoldAlreadyExpired, IdempotencyKeyReused, QueueFull],
    ...[MeterNotFound, UsageNotPriced, PriceOutOfRange, LinesNotKept],
  )
  async capture(
    @Req() request: FastifyRequest<{ Params: { accountId: string; holdId: string } }>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const key = idempotencyKeyOf(request, { required: true });
    const asked = captureOf(request.body);
    const holdId = pathText('holdId', request.params.holdId);
    const accountId = pathText('accountId', request.params.accountId);
    return sendStored(reply, await this.holds.capture(key, { accountId, holdId }, asked));
  }

  @Post('accounts/:accountId/holds/:holdId/release')
  @RequireScope('spend')
  @ApiOperation({ operationId: 'releaseHold', summary: 'Give back what is still held' })
  @ApiOkResponse({ type: HoldAnswer })
  @ApiProblems(AccountNotFound, HoldNotFound, HoldAlreadyCaptured, HoldAlreadyReleased, HoldAlreadyExpired, QueueFull)
  async release(
    @AccountIdParam() accountId: string,
    @Param('holdId') holdId: string,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return sendStored(reply, await this.posting.post(releaseHoldCommand(key, accountId, holdId)));
  }

  @Post('accounts/:accountId/holds/:holdId/extend')
  @RequireScope('spend')
  @ApiOperation({ operationId: 'extendHold', summary: 'Set the deadline of a hold anew, counted from now' })
  @ApiOkResponse({ type: HoldAnswer })
  @ApiProblems(
    AccountNotFound,
    HoldNotFound,
    HoldLifeExceeded,
    HoldAlreadyCaptured,
    HoldAlreadyReleased,
    HoldAlreadyExpired,
    QueueFull,
  )
  async extend(
    @AccountIdParam() accountId: string,
    @Param('holdId') holdId: string,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Body() request: ExtendHoldBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return sendStored(reply, await this.posting.post(extendHoldCommand(key, { accountId, holdId }, request)));
  }
}
