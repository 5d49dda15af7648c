import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../../auth/require-scope.js';
import { Database } from '../../database/database.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { WebhookEndpointDisabled, WebhookEndpointNotFound } from '../deliveries.problems.js';
import { DisableEndpoint } from './disable-endpoint.js';
import { EnableEndpoint } from './enable-endpoint.js';
import { ReplayEndpoint } from './replay-endpoint.js';
import { RotateSecret } from './rotate-secret.js';
import {
  ReplayWebhookEndpointBody,
  toWebhookEndpointAnswer,
  toWebhookEndpointWithSecretAnswer,
  WebhookEndpointAnswer,
  WebhookEndpointWithSecretAnswer,
} from './webhook-endpoints.dto.js';

@ApiTags('Webhook endpoints')
@RequireScope('admin')
@Controller('v1/webhook-endpoints/:endpointId')
export class EndpointChangesController {
  constructor(
    private readonly database: Database,
    private readonly rotateSecret: RotateSecret,
    private readonly enableEndpoint: EnableEndpoint,
    private readonly disableEndpoint: DisableEndpoint,
    private readonly replayEndpoint: ReplayEndpoint,
  ) {}

  @Post('rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Give a webhook endpoint a new secret',
    description:
      'For a day deliveries are signed with the new secret and with the one before. The new one is in this answer ' +
      'and nowhere else.',
  })
  @ApiOkResponse({ type: WebhookEndpointWithSecretAnswer })
  @ApiProblems(WebhookEndpointNotFound)
  async rotate(@Param('endpointId') endpointId: string): Promise<WebhookEndpointWithSecretAnswer> {
    const rotated = await this.database.transaction((tx) => this.rotateSecret.run(tx, endpointId));
    return toWebhookEndpointWithSecretAnswer(rotated);
  }

  @Post('enable')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'enableWebhookEndpoint',
    summary: 'Send to a webhook endpoint again',
    description:
      'What happens from now on. What happened while it was disabled is sent by a replay since `disabledAt`. Doing ' +
      'it again changes nothing.',
  })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  @ApiProblems(WebhookEndpointNotFound)
  async enable(@Param('endpointId') endpointId: string): Promise<WebhookEndpointAnswer> {
    return toWebhookEndpointAnswer(await this.database.transaction((tx) => this.enableEndpoint.run(tx, endpointId)));
  }

  @Post('disable')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'disableWebhookEndpoint',
    summary: 'Send nothing to a webhook endpoint',
    description: 'What waits is canceled, and can be replayed. Doing it again changes nothing.',
  })
  @ApiOkResponse({ type: WebhookEndpointAnswer })
  @ApiProblems(WebhookEndpointNotFound)
  async disable(@Param('endpointId') endpointId: string): Promise<WebhookEndpointAnswer> {
    const disabled = await this.database.transaction((tx) => this.disableEndpoint.run(tx, endpointId, 'asked'));
    return toWebhookEndpointAnswer(disabled);
  }

  @Post('replay')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'replayWebhookEndpoint',
    summary: 'Send again what happened since a moment',
    description:
      'All events of the types that the endpoint asks for, delivered before or not, as far as they are kept. They ' +
      'are added to what waits soon after this answer, each with the id that it had.',
  })
  @ApiAcceptedResponse({ type: WebhookEndpointAnswer })
  @ApiProblems(WebhookEndpointNotFound, WebhookEndpointDisabled)
  async replay(
    @Param('endpointId') endpointId: string,
    @Body() { since }: ReplayWebhookEndpointBody,
  ): Promise<WebhookEndpointAnswer> {
    const replaying = await this.database.transaction((tx) => this.replayEndpoint.run(tx, endpointId, new Date(since)));
    return toWebhookEndpointAnswer(replaying);
  }
}
