import { Body, Controller, Delete, Get, HttpCode, Put, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import type { Page } from '../kernel/keyset-page.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { AlertKeyParam } from './alert-key.param.js';
import { AlertAnswer, AlertBody, termsOf } from './alerts.dto.js';
import { AlertNotFound, TooManyAlerts } from './alerts.problems.js';
import { AlertsQueries } from './alerts.queries.js';
import { PutAlert } from './put-alert.js';
import { RemoveAlert } from './remove-alert.js';

@ApiTags('Alerts')
@Controller('v1/accounts/:accountId/alerts')
export class AlertsController {
  constructor(
    private readonly database: Database,
    private readonly alerts: AlertsQueries,
    private readonly putAlert: PutAlert,
    private readonly removeAlert: RemoveAlert,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listAlerts',
    summary: 'The alerts that look at an account',
    description:
      'Its own, and those for all accounts in whose place it has none of its own. All of them, by their keys.',
  })
  @ApiPageResponse(AlertAnswer)
  @ApiProblems(AccountNotFound)
  async list(@AccountIdParam() accountId: string): Promise<Page<AlertAnswer>> {
    return { data: await this.alerts.ofAccount(accountId), nextCursor: null };
  }

  @Get(':key')
  @ApiOperation({ operationId: 'getAlert', summary: 'Show an alert that looks at an account' })
  @ApiOkResponse({ type: AlertAnswer })
  @ApiProblems(AccountNotFound, AlertNotFound)
  get(@AccountIdParam() accountId: string, @AlertKeyParam() key: string): Promise<AlertAnswer> {
    return this.alerts.require(accountId, key);
  }

  @Put(':key')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'putAlert',
    summary: 'Set an alert of an account',
    description:
      'It fires once when what is available falls below, from inside of what takes the credits, as the event ' +
      '`balance.low`; again only after it was not below, and at most once an hour. Set while less is available, it ' +
      'fires the next time. It stands in the place of that of the same key for all accounts.',
  })
  @ApiOkResponse({ type: AlertAnswer, description: 'The alert was there' })
  @ApiCreatedResponse({ type: AlertAnswer, description: 'The alert is new' })
  @ApiProblems(ValidationFailed, AccountNotFound, TooManyAlerts)
  async put(
    @AccountIdParam() accountId: string,
    @AlertKeyParam() key: string,
    @Body() body: AlertBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AlertAnswer> {
    const terms = termsOf(body);
    const isNew = await this.database.transaction((tx) => this.putAlert.ofAccount(tx, { accountId, key }, terms));
    reply.status(isNew ? 201 : 200);
    return this.alerts.require(accountId, key);
  }

  @Delete(':key')
  @RequireScope('admin')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteAlert', summary: 'Remove an alert of an account' })
  @ApiNoContentResponse()
  @ApiProblems(AccountNotFound, AlertNotFound)
  async remove(@AccountIdParam() accountId: string, @AlertKeyParam() key: string): Promise<void> {
    await this.database.transaction((tx) => this.removeAlert.run(tx, { accountId, key }));
  }
}
