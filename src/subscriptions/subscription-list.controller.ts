import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPageResponse } from '../http/openapi/open-api.js';
import { Clock } from '../kernel/clock.js';
import type { Page } from '../kernel/keyset-page.js';
import { ListSubscriptionsQuery, SubscriptionAnswer, toSubscriptionAnswer } from './subscriptions.dto.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';

@ApiTags('Subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionListController {
  constructor(
    private readonly subscriptions: SubscriptionsQueries,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listSubscriptions',
    summary: 'List subscriptions',
    description: 'Newest first, also those that have ended; all of them, or those that every filter names.',
  })
  @ApiPageResponse(SubscriptionAnswer)
  list(@Query() query: ListSubscriptionsQuery): Promise<Page<SubscriptionAnswer>> {
    const now = this.clock.now();
    return this.subscriptions.list(query, (subscription) => toSubscriptionAnswer(subscription, now));
  }
}
