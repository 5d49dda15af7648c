import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/require-scope.js';
import { Database } from '../database/database.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ReplayEvent } from './replay-event.js';
import { StripeEventsQueries } from './stripe-events.queries.js';
import {
  ListStripeEventsQuery,
  StripeEventAnswer,
  StripeEventDetailAnswer,
  StripeEventListAnswer,
  toStripeEventAnswer,
} from './webhooks.dto.js';
import { StripeEventNotFound } from './webhooks.problems.js';
import { withoutSecrets } from './without-secrets.js';

@ApiTags('Inbox')
@Controller('v1/stripe-events')
export class StripeEventsController {
  constructor(
    private readonly database: Database,
    private readonly events: StripeEventsQueries,
    private readonly replayEvent: ReplayEvent,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listStripeEvents',
    summary: 'List events of Stripe',
    description: 'Newest first, what became of each, and since when the oldest waits.',
  })
  @ApiOkResponse({ type: StripeEventListAnswer })
  async list(@Query() query: ListStripeEventsQuery): Promise<StripeEventListAnswer> {
    const [page, oldest] = await Promise.all([
      this.events.list(query, toStripeEventAnswer),
      this.events.oldestUnhandled(),
    ]);
    return { ...page, oldestUnhandledAt: oldest?.receivedAt.toISOString() ?? null };
  }

  @Get(':eventId')
  @ApiOperation({ operationId: 'getStripeEvent', summary: 'Show an event with its payload' })
  @ApiOkResponse({ type: StripeEventDetailAnswer })
  @ApiProblems(StripeEventNotFound)
  async get(@Param('eventId') eventId: string): Promise<StripeEventDetailAnswer> {
    const event = await this.events.require(eventId);
    return { ...toStripeEventAnswer(event), payload: withoutSecrets(event.payload) };
  }

  @Post(':eventId/replay')
  @RequireScope('admin')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'replayStripeEvent',
    summary: 'Handle an event once more',
    description: 'Safe for any event: what was handled before changes nothing.',
  })
  @ApiOkResponse({ type: StripeEventAnswer })
  @ApiProblems(StripeEventNotFound)
  async replay(@Param('eventId') eventId: string): Promise<StripeEventAnswer> {
    return toStripeEventAnswer(await this.database.transaction((tx) => this.replayEvent.run(tx, eventId)));
  }
}
