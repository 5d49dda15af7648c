import { Body, Controller, Delete, Get, HttpCode, Put, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import type { Page } from '../kernel/keyset-page.js';
import { AlertKeyParam } from './alert-key.param.js';
import { AlertBody, CommonAlertAnswer, termsOf } from './alerts.dto.js';
import { AlertNotFound, TooManyAlerts } from './alerts.problems.js';
import { AlertsQueries } from './alerts.queries.js';
import { CommonAlerts } from './common-alerts.js';
import { PutAlert } from './put-alert.js';
import { RemoveAlert } from './remove-alert.js';

@ApiTags('Alerts')
@Controller('v1/alerts')
export class CommonAlertsController {
  constructor(
    private readonly database: Database,
    private readonly alerts: AlertsQueries,
    private readonly putAlert: PutAlert,
    private readonly removeAlert: RemoveAlert,
    private readonly common: CommonAlerts,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listCommonAlerts',
    summary: 'The alerts for all accounts',
    description: 'All of them, by their keys. How they stand for an account is said by the list of that account.',
  })
  @ApiPageResponse(CommonAlertAnswer)
  async list(): Promise<Page<CommonAlertAnswer>> {
    return { data: await this.alerts.forAll(), nextCursor: null };
  }

  @Get(':key')
  @ApiOperation({ operationId: 'getCommonAlert', summary: 'Show an alert for all accounts' })
  @ApiOkResponse({ type: CommonAlertAnswer })
  @ApiProblems(AlertNotFound)
  get(@AlertKeyParam() key: string): Promise<CommonAlertAnswer> {
    return this.alerts.requireForAll(key);
  }

  @Put(':key')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'putCommonAlert',
    summary: 'Set an alert for all accounts',
    description:
      'It fires for each account as one of its own does, unless the account has one of that key. Every process knows ' +
      'of a change within three seconds.',
  })
  @ApiOkResponse({ type: CommonAlertAnswer, description: 'The alert was there' })
  @ApiCreatedResponse({ type: CommonAlertAnswer, description: 'The alert is new' })
  @ApiProblems(ValidationFailed, TooManyAlerts)
  async put(
    @AlertKeyParam() key: string,
    @Body() body: AlertBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommonAlertAnswer> {
    const terms = termsOf(body);
    const isNew = await this.database.transaction((tx) => this.putAlert.forAll(tx, key, terms));
    await this.common.look();
    reply.status(isNew ? 201 : 200);
    return this.alerts.requireForAll(key);
  }

  @Delete(':key')
  @RequireScope('admin')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteCommonAlert', summary: 'Remove an alert for all accounts' })
  @ApiNoContentResponse()
  @ApiProblems(AlertNotFound)
  async remove(@AlertKeyParam() key: string): Promise<void> {
    await this.database.transaction((tx) => this.removeAlert.run(tx, { accountId: null, key }));
    await this.common.look();
  }
}
