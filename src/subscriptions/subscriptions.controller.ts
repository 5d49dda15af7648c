import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/require-scope.js';
import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../catalog/catalog.problems.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { Clock } from '../kernel/clock.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../stripe/client/stripe.problems.js';
import { PreviewChange } from './changes/preview-change.js';
import {
  ChangePlanBody,
  ChangePreviewAnswer,
  SubscriptionAnswer,
  toChangePreviewAnswer,
  toSubscriptionAnswer,
} from './subscriptions.dto.js';
import { SubscriptionEnded, SubscriptionNotChangeable, SubscriptionNotFound } from './subscriptions.problems.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';

@ApiTags('Subscriptions')
@Controller('v1/accounts/:accountId/subscription')
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsQueries,
    private readonly clock: Clock,
    private readonly previewChange: PreviewChange,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getSubscription',
    summary: "Show an account's subscription",
    description: 'The one that goes on, or the last one that did.',
  })
  @ApiOkResponse({ type: SubscriptionAnswer })
  @ApiProblems(AccountNotFound, SubscriptionNotFound)
  async get(@AccountIdParam() accountId: string): Promise<SubscriptionAnswer> {
    return toSubscriptionAnswer(await this.subscriptions.requireOf(accountId), this.clock.now());
  }

  @Post('change/preview')
  @RequireScope('sell')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'previewSubscriptionChange',
    summary: 'Say what a change of plan would cost and give',
    description: 'In money and in credits, were it asked for now. Changes nothing.',
  })
  @ApiOkResponse({ type: ChangePreviewAnswer })
  @ApiProblems(
    AccountNotFound,
    SubscriptionNotFound,
    SubscriptionEnded,
    SubscriptionNotChangeable,
    ProductNotFound,
    ProductNotForSale,
    CurrencyNotOffered,
    ValidationFailed,
    StripeRefused,
    StripeUnavailable,
  )
  async preview(@AccountIdParam() accountId: string, @Body() body: ChangePlanBody): Promise<ChangePreviewAnswer> {
    return toChangePreviewAnswer(await this.previewChange.run(accountId, body.plan));
  }
}
