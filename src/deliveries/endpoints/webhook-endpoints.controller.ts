import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../../auth/require-scope.js';
import { Database } from '../../database/database.js';
import { PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import type { Page } from '../../kernel/keyset-page.js';
import { CheckAddress } from '../addresses/check-address.js';
import { WebhookEndpointNotFound } from '../deliveries.problems.js';
import { ChangeEndpoint } from './change-endpoint.js';
import { CreateEndpoint } from './create-endpoint.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import {
  ChangeWebhookEndpointBody,
  CreateWebhookEndpointBody,
  toWebhookEndpointAnswer,
  toWebhookEndpointWithSecretAnswer,
  WebhookEndpointAnswer,
  WebhookEndpointWithSecretAnswer,
} from './webhook-endpoints.dto.js';
import { WebhookEndpointsQueries } from './webhook-endpoints.queries.js';

@ApiTags('Webhook endpoints')
@Controller('v1/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly database: Database,
    private readonly endpoints: WebhookEndpointsQueries,
    private readonly checkAddress: CheckAddress,
    private readonly createEndpoint: CreateEndpoint,
    private readonly changeEndpoint: ChangeEndpoint,
  ) {}

  @Post()
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'createWebhookEndpoint',
    summary: 'Have events sent to an address',
    description:
      'What happens from now on is sent there, signed as Standard Webhooks says. The secret is in this answer and ' +
      'nowhere else. A repeated request makes another endpoint.',
  })
  @ApiCreatedResponse({ type: WebhookEndpointWithSecretAnswer })
  @ApiProblems(ValidationFailed)
  async create(@Body() body: CreateWebhookEndpointBody): Promise<WebhookEndpointWithSecretAnswer> {
    await this.checkAddress.run(body.url);
    const { url, events, description = null } = body;
    const created = await this.database.transaction((tx) => this.createEndpoint.run(tx, { url, events, description }));
    return toWebhookEndpointWithSecretAnswer(created);
  }

  @Get()
  @ApiOperation({
    operationId: 'listWebhookEndpoints',
    summary: 'List webhook endpoints',
    description: 'Newest first, without their secrets.',
  })
  @ApiPageResponse(WebhookEndpointAnswer)
  list(@Query() page: PageQuery): Promise<Page<WebhookEndpointAnswer>> {
    return this.endpoints.list(page, toWebhookEndpointAnswer);
  }

  @Get(':endpointId')
  @ApiOperation({ operationId: 'getWebhookEndpoint', summary: 'Show a webhook endpoint' })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  @ApiProblems(WebhookEndpointNotFound)
  async get(@Param('endpointId') endpointId: string): Promise<WebhookEndpointAnswer> {
    return toWebhookEndpointAnswer(await this.endpoints.require(endpointId));
  }

  @Patch(':endpointId')
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'changeWebhookEndpoint',
    summary: 'Change a webhook endpoint',
    description: 'A field that is left out stays as it is.',
  })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  @ApiProblems(WebhookEndpointNotFound, ValidationFailed)
  async change(
    @Param('endpointId') endpointId: string,
    @Body() body: ChangeWebhookEndpointBody,
  ): Promise<WebhookEndpointAnswer> {
    await this.endpoints.require(endpointId);
    if (body.url !== undefined) await this.checkAddress.run(body.url);
    const changed = await this.database.transaction((tx) => this.changeEndpoint.run(tx, endpointId, body));
    return toWebhookEndpointAnswer(changed);
  }

  @Delete(':endpointId')
  @RequireScope('admin')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Delete a webhook endpoint',
    description: 'With its secrets and its deliveries; what waits is not sent.',
  })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems(WebhookEndpointNotFound)
  async delete(@Param('endpointId') endpointId: string): Promise<void> {
    const { affected } = await this.database.transaction((tx) => tx.delete(WebhookEndpoint, { id: endpointId }));
    if (affected !== 1) throw new WebhookEndpointNotFound({ endpointId });
  }
}
