import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, type Principal } from '../../auth/principal.js';
import { RequireScope } from '../../auth/require-scope.js';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { ApiIdempotencyKey, IdempotencyKey, idempotencyKeyOf } from '../../idempotency/idempotency-key.js';
import type { Page } from '../../kernel/keyset-page.js';
import { MeterNotFound, PriceOutOfRange, UsageNotPriced } from '../../rating/rating.problems.js';
import { spendOf } from '../commands/plain-spend.js';
import { reverseSpendCommand } from '../commands/spends.js';
import {
  AccountNotFound,
  BalanceOutOfRange,
  InsufficientCredits,
  QueueFull,
  ReversalExceedsSpend,
  SpendNotFound,
} from '../ledger.problems.js';
import { sendStored } from '../posting/send-stored.js';
import { Posting } from '../posting.js';
import { LineAlreadyReversed, LineNotFound, LinesNotKept } from '../usage/lines.problems.js';
import { SpendCommands } from '../usage/spend-commands.js';
import { LedgerQueries } from './ledger.queries.js';
import { LedgerLists } from './lists.queries.js';
import { ReceiptAnswer } from './receipts.dto.js';
import { ListSpendsQuery, ReversalAnswer, ReversalBody, SpendAnswer, SpendBody } from './spends.dto.js';

@ApiTags('Spends')
@Controller('v1')
export class SpendsController {
  constructor(
    private readonly posting: Posting,
    private readonly ledger: LedgerQueries,
    private readonly lists: LedgerLists,
    private readonly commands: SpendCommands,
  ) {}

  @Post('spends')
  @RequireScope('spend')
  @ApiOperation({ operationId: 'createSpend', summary: 'Spend credits, once per key' })
  @ApiIdempotencyKey({ required: true })
  @ApiBody({ type: SpendBody })
  @ApiCreatedResponse({ type: SpendAnswer })
  @ApiProblems(
    ...[InsufficientCredits, AccountNotFound, IdempotencyKeyReused, ValidationFailed, QueueFull],
    ...[MeterNotFound, UsageNotPriced, PriceOutOfRange, LinesNotKept],
  )
  async spend(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    // The busiest route reads its request itself: decorated parameters go through the pipes one await after the other.
    const command = this.commands.of(idempotencyKeyOf(request, { required: true }), spendOf(request.body));
    return sendStored(reply, await this.posting.post(command instanceof Promise ? await command : command));
  }

  @Get('spends')
  @ApiOperation({ operationId: 'listSpends', summary: 'List spends', description: 'Their receipts, newest first.' })
  @ApiPageResponse(ReceiptAnswer)
  list(@Query() query: ListSpendsQuery): Promise<Page<ReceiptAnswer>> {
    return this.lists.spends(query);
  }

  @Get('accounts/:accountId/spends/:spendId')
  @ApiOperation({ operationId: 'getSpend', summary: 'The receipt of a spend' })
  @ApiOkResponse({ type: ReceiptAnswer })
  @ApiProblems(SpendNotFound)
  receipt(@AccountIdParam() accountId: string, @Param('spendId') spendId: string): Promise<ReceiptAnswer> {
    return this.ledger.receipt(accountId, spendId);
  }

  @Post('accounts/:accountId/spends/:spendId/reversals')
  @RequireScope('spend')
  @ApiOperation({ operationId: 'reverseSpend', summary: 'Give a spend back, whole or in part' })
  @ApiCreatedResponse({ type: ReversalAnswer })
  @ApiProblems(
    ...[AccountNotFound, SpendNotFound, ReversalExceedsSpend, LineNotFound, LineAlreadyReversed],
    ...[IdempotencyKeyReused, BalanceOutOfRange, ValidationFailed, QueueFull],
  )
  async reverse(
    @AccountIdParam() accountId: string,
    @Param('spendId') spendId: string,
    @IdempotencyKey({ required: true }) key: string,
    @Body() request: ReversalBody,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (request.amount !== undefined && request.lines !== undefined)
      throw ValidationFailed.at('/amount', 'must be left out with lines');
    const command = reverseSpendCommand(key, { accountId, spendId, actor: caller.keyId }, request);
    return sendStored(reply, await this.posting.post(command));
  }
}
