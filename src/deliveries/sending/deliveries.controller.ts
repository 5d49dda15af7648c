import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '../../auth/principal.js';
import { RequireScope } from '../../auth/require-scope.js';
import { allows } from '../../auth/scopes.js';
import { Database } from '../../database/database.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import type { Page } from '../../kernel/keyset-page.js';
import { DeliveryNotFound, WebhookEndpointDisabled, WebhookEndpointNotFound } from '../deliveries.problems.js';
import { WebhookEndpointsQueries } from '../endpoints/webhook-endpoints.queries.js';
import { DeliveryAnswer, ListDeliveriesQuery, toDeliveryAnswer } from './deliveries.dto.js';
import { DeliveriesQueries } from './deliveries.queries.js';
import { ReplayDelivery } from './replay-delivery.js';
import { SendTest } from './send-test.js';

@ApiTags('Webhook endpoints')
@Controller('v1/webhook-endpoints/:endpointId')
export class DeliveriesController {
  constructor(
    private readonly database: Database,
    private readonly endpoints: WebhookEndpointsQueries,
    private readonly deliveries: DeliveriesQueries,
    private readonly replayDelivery: ReplayDelivery,
    private readonly sendTest: SendTest,
  ) {}

  @Get('deliveries')
  @ApiOperation({
    operationId: 'listDeliveries',
    summary: 'List deliveries of a webhook endpoint',
    description: 'Newest first, what became of each, and what was answered last.',
  })
  @ApiPageResponse(DeliveryAnswer)
  @ApiProblems(WebhookEndpointNotFound)
  async list(
    @Param('endpointId') endpointId: string,
    @Query() query: ListDeliveriesQuery,
    @Caller() caller: Principal,
  ): Promise<Page<DeliveryAnswer>> {
    await this.endpoints.require(endpointId);
    const isAdmin = allows(caller.scopes, 'admin');
    return this.deliveries.list(endpointId, query, (delivery) => toDeliveryAnswer(delivery, { isAdmin }));
  }

  @Get('deliveries/:deliveryId')
  @ApiOperation({ operationId: 'getDelivery', summary: 'Show a delivery' })
  @ApiOkResponse({ type: DeliveryAnswer })
  @ApiProblems(DeliveryNotFound)
  async get(
    @Param('endpointId') endpointId: string,
    @Param('deliveryId') deliveryId: string,
    @Caller() caller: Principal,
  ): Promise<DeliveryAnswer> {
    const delivery = await this.deliveries.require(endpointId, deliveryId);
    return toDeliveryAnswer(delivery, { isAdmin: allows(caller.scopes, 'admin') });
  }

  @Post('deliveries/:deliveryId/replay')
  @RequireScope('admin')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'replayDelivery',
    summary: 'Send a delivery once more',
    description: 'Whatever became of it, with the id that it had, and from the first attempt on.',
  })
  @ApiOkResponse({ type: DeliveryAnswer })
  @ApiProblems(WebhookEndpointNotFound, DeliveryNotFound, WebhookEndpointDisabled)
  async replay(
    @Param('endpointId') endpointId: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<DeliveryAnswer> {
    await this.database.transaction((tx) => this.replayDelivery.run(tx, endpointId, deliveryId));
    return toDeliveryAnswer(await this.deliveries.require(endpointId, deliveryId), { isAdmin: true });
  }

  @Post('test')
  @RequireScope('admin')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'testWebhookEndpoint',
    summary: 'Send a test to a webhook endpoint',
    description:
      'A signed message of the type `webhook_endpoint.test`, also to an endpoint that is disabled. Its delivery says ' +
      'what was answered.',
  })
  @ApiAcceptedResponse({ type: DeliveryAnswer })
  @ApiProblems(WebhookEndpointNotFound)
  async test(@Param('endpointId') endpointId: string): Promise<DeliveryAnswer> {
    const deliveryId = await this.database.transaction((tx) => this.sendTest.run(tx, endpointId));
    return toDeliveryAnswer(await this.deliveries.require(endpointId, deliveryId), { isAdmin: true });
  }
}
