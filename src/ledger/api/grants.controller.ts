import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, type Principal } from '../../auth/principal.js';
import { RequireScope } from '../../auth/require-scope.js';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { cursorKeyOf, PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { IdempotencyKey } from '../../idempotency/idempotency-key.js';
import type { Page } from '../../kernel/keyset-page.js';
import { adjustCommand, grantCommand, voidGrantCommand } from '../commands/grants.js';
import { AccountNotFound, BalanceOutOfRange, GrantNotFound, GrantNotVoidable, QueueFull } from '../ledger.problems.js';
import { sendStored } from '../posting/send-stored.js';
import { Posting } from '../posting.js';
import { EntryAnswer } from './entries.dto.js';
import { AdjustmentBody, GrantAnswer, GrantBody, VoidGrantBody } from './grants.dto.js';
import { LedgerQueries } from './ledger.queries.js';

const GRANT_KEY = /^grt_[0-9a-z]{26}$/;

@ApiTags('Grants')
@Controller('v1/accounts/:accountId')
export class GrantsController {
  constructor(
    private readonly posting: Posting,
    private readonly ledger: LedgerQueries,
  ) {}

  @Get('grants')
  @ApiOperation({ operationId: 'listGrants', summary: 'The lots of credits of an account, newest first' })
  @ApiPageResponse(GrantAnswer)
  grants(@AccountIdParam() accountId: string, @Query() page: PageQuery): Promise<Page<GrantAnswer>> {
    return this.ledger.grants(accountId, { limit: page.limit, after: cursorKeyOf(page, GRANT_KEY) });
  }

  @Post('grants')
  @RequireScope('admin')
  @ApiOperation({ operationId: 'createGrant', summary: 'Give credits, now or later' })
  @ApiCreatedResponse({ type: GrantAnswer })
  @ApiProblems(AccountNotFound, IdempotencyKeyReused, ValidationFailed, BalanceOutOfRange, QueueFull)
  async grant(
    @AccountIdParam() accountId: string,
    @IdempotencyKey({ required: true }) key: string,
    @Body() request: GrantBody,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return sendStored(reply, await this.posting.post(grantCommand(key, { accountId, actor: caller.keyId }, request)));
  }

  @Post('grants/:grantId/void')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'voidGrant',
    summary: 'Take back what remains of a grant that was given by call or for a voucher',
  })
  @ApiOkResponse({ type: GrantAnswer })
  @ApiProblems(AccountNotFound, GrantNotFound, GrantNotVoidable, IdempotencyKeyReused, QueueFull)
  async void(
    @AccountIdParam() accountId: string,
    @Param('grantId') grantId: string,
    @IdempotencyKey({ required: true }) key: string,
    @Body() request: VoidGrantBody,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const command = voidGrantCommand(key, { accountId, grantId, actor: caller.keyId }, request);
    return sendStored(reply, await this.posting.post(command));
  }

  @Post('adjustments')
  @RequireScope('admin')
  @ApiOperation({ operationId: 'createAdjustment', summary: 'Mend a balance by hand' })
  @ApiCreatedResponse({ type: EntryAnswer })
  @ApiProblems(AccountNotFound, BalanceOutOfRange, IdempotencyKeyReused, ValidationFailed, QueueFull)
  async adjust(
    @AccountIdParam() accountId: string,
    @IdempotencyKey({ required: true }) key: string,
    @Body() request: AdjustmentBody,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return sendStored(reply, await this.posting.post(adjustCommand(key, { accountId, actor: caller.keyId }, request)));
  }
}
