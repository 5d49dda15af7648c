import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { Caller, type Principal } from '../../auth/principal.js';
import { RequireScope } from '../../auth/require-scope.js';
import { Database } from '../../database/database.js';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../../idempotency/idempotent-writes.js';
import type { Page } from '../../kernel/keyset-page.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import { OffSessionNotStopped } from '../disputes.problems.js';
import { ClearOffSessionStop } from './clear-off-session-stop.js';
import { OffSessionClearancesQueries } from './off-session-clearances.queries.js';
import {
  ClearOffSessionStopBody,
  OffSessionClearanceAnswer,
  toOffSessionClearanceAnswer,
} from './off-session-stops.dto.js';

@ApiTags('Disputes')
@Controller('v1/accounts/:accountId/off-session-clearances')
export class OffSessionStopsController {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsQueries,
    private readonly writes: IdempotentWrites,
    private readonly clearOffSessionStop: ClearOffSessionStop,
    private readonly clearances: OffSessionClearancesQueries,
  ) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'createOffSessionClearance',
    summary: 'Let saved cards be charged again',
    description:
      'Disputes and warnings of fraud that are known now stop charging off-session no longer. A new one does ' +
      'again, and one of these that gets worse: an inquiry that becomes a dispute, a dispute that is lost.',
  })
  @ApiCreatedResponse({ type: OffSessionClearanceAnswer })
  @ApiProblems(AccountNotFound, OffSessionNotStopped, IdempotencyKeyReused, ValidationFailed)
  async clear(
    @AccountIdParam() accountId: string,
    @Body() body: ClearOffSessionStopBody,
    @Caller() caller: Principal,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OffSessionClearanceAnswer> {
    const fingerprint = fingerprintOf(`POST /v1/accounts/${accountId}/off-session-clearances`, body);
    const answer = await this.database.transaction((tx) =>
      this.writes.run(tx, { accountId, key, fingerprint }, async () => {
        const clearance = await this.clearOffSessionStop.run(tx, { accountId, ...body, actor: caller.keyId });
        return { status: 201, body: toOffSessionClearanceAnswer(clearance) };
      }),
    );
    return sendAnswer(reply, answer);
  }

  @Get()
  @ApiOperation({
    operationId: 'listOffSessionClearances',
    summary: 'List who let saved cards be charged again',
    description: 'Newest first.',
  })
  @ApiPageResponse(OffSessionClearanceAnswer)
  @ApiProblems(AccountNotFound)
  async list(@AccountIdParam() accountId: string, @Query() page: PageQuery): Promise<Page<OffSessionClearanceAnswer>> {
    await this.accounts.require(accountId);
    return this.clearances.list(accountId, page, toOffSessionClearanceAnswer);
  }
}
