import { Body, Controller, Get, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../idempotency/idempotent-writes.js';
import type { Page } from '../kernel/keyset-page.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { AccountAnswer, ListAccountsQuery, PutAccountBody, toAccountAnswer } from './accounts.dto.js';
import { AccountsQueries } from './accounts.queries.js';
import { PutAccount } from './put-account.js';

@ApiTags('Accounts')
@Controller('v1/accounts')
export class AccountsController {
  constructor(
    private readonly database: Database,
    private readonly queries: AccountsQueries,
    private readonly writes: IdempotentWrites,
    private readonly putAccount: PutAccount,
  ) {}

  @Put(':accountId')
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'putAccount',
    summary: 'Make or change an account',
    description: 'Fields that are left out stay as they are; null clears a field. A new id is not of dots alone.',
  })
  @ApiOkResponse({ type: AccountAnswer, description: 'The account was there' })
  @ApiCreatedResponse({ type: AccountAnswer, description: 'The account is new' })
  @ApiProblems(ValidationFailed, IdempotencyKeyReused)
  async put(
    @AccountIdParam() accountId: string,
    @Body() body: PutAccountBody,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountAnswer> {
    const fingerprint = fingerprintOf(`PUT /v1/accounts/${accountId}`, body);
    const answer = await this.database.transaction((tx) =>
      this.writes.run(tx, { accountId, key, fingerprint }, async () => {
        const { account, created } = await this.putAccount.run(tx, { accountId, ...body });
        return { status: created ? 201 : 200, body: toAccountAnswer(account) };
      }),
    );
    return sendAnswer(reply, answer);
  }

  @Get(':accountId')
  @ApiOperation({ operationId: 'getAccount', summary: 'Show an account' })
  @ApiOkResponse({ type: AccountAnswer })
  @ApiProblems(AccountNotFound)
  async get(@AccountIdParam() accountId: string): Promise<AccountAnswer> {
    return toAccountAnswer(await this.queries.require(accountId));
  }

  @Get()
  @ApiOperation({
    operationId: 'listAccounts',
    summary: 'List accounts',
    description: 'Newest first; all of them, or those that every filter names.',
  })
  @ApiPageResponse(AccountAnswer)
  list(@Query() page: ListAccountsQuery): Promise<Page<AccountAnswer>> {
    return this.queries.list(page, toAccountAnswer);
  }
}
