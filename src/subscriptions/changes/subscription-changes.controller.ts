import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { CurrencyNotOffered, ProductNotForSale, ProductNotFound } from '../../catalog/catalog.problems.js';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { sendAnswer } from '../../idempotency/idempotent-writes.js';
import { toJsonInteger } from '../../kernel/credits.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../../stripe/client/stripe.problems.js';
import {
  CanceledSubscriptionAnswer,
  CancelSubscriptionBody,
  ChangePlanBody,
  SubscriptionAnswer,
} from '../subscriptions.dto.js';
import {
  PaymentDeclined,
  SubscriptionEnded,
  SubscriptionNotChangeable,
  SubscriptionNotFound,
} from '../subscriptions.problems.js';
import { CancelSubscription } from './cancel-subscription.js';
import { ChangePlan } from './change-plan.js';
import { KeyedRequests } from './keyed-requests.js';
import { ResumeSubscription } from './resume-subscription.js';

@ApiTags('Subscriptions')
@Controller('v1/accounts/:accountId/subscription')
export class SubscriptionChangesController {
  constructor(
    private readonly requests: KeyedRequests,
    private readonly changePlan: ChangePlan,
    private readonly cancelSubscription: CancelSubscription,
    private readonly resumeSubscription: ResumeSubscription,
  ) {}

  @Post('change')
  @RequireScope('sell')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'changeSubscription',
    summary: 'Change the plan',
    description:
      'To one that costs more at once: the difference for the rest of the period is charged, and its credits come ' +
      'with that payment. To one that would give money back when the period ends, such as one that costs less, or a ' +
      'year that costs less than what is left of the month; changing back before then takes that back.',
  })
  @ApiOkResponse({ type: SubscriptionAnswer })
  @ApiProblems(
    AccountNotFound,
    SubscriptionNotFound,
    SubscriptionEnded,
    SubscriptionNotChangeable,
    ProductNotFound,
    ProductNotForSale,
    CurrencyNotOffered,
    PaymentDeclined,
    StripeRefused,
    IdempotencyKeyReused,
    ValidationFailed,
    StripeUnavailable,
  )
  async change(
    @AccountIdParam() accountId: string,
    @Body() body: ChangePlanBody,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionAnswer> {
    const { plan } = body;
    const answer = await this.requests.run({ accountId, verb: 'change', body, key }, (requestName) =>
      this.changePlan.run({ accountId, plan, requestName }),
    );
    return sendAnswer(reply, answer);
  }

  @Post('cancel')
  @RequireScope('sell')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'cancelSubscription',
    summary: 'Cancel the subscription',
    description:
      'It ends with its period, or now. Credits that were bought beside it stay. What it gave and is unspent ' +
      'lapses with it, and nothing is paid back: ask `…/cancel/preview` first, and refund what is unused ' +
      'before.',
  })
  @ApiOkResponse({ type: CanceledSubscriptionAnswer })
  @ApiProblems(
    AccountNotFound,
    SubscriptionNotFound,
    SubscriptionEnded,
    StripeRefused,
    IdempotencyKeyReused,
    ValidationFailed,
    StripeUnavailable,
  )
  async cancel(
    @AccountIdParam() accountId: string,
    @Body() body: CancelSubscriptionBody,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CanceledSubscriptionAnswer> {
    const answer = await this.requests.run({ accountId, verb: 'cancel', body, key }, async (requestName) => ({
      lapsedCredits: toJsonInteger(
        await this.cancelSubscription.run({ accountId, now: body.now ?? false, requestName }),
      ),
    }));
    return sendAnswer(reply, answer);
  }

  @Post('resume')
  @RequireScope('sell')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resumeSubscription',
    summary: 'Let the subscription go on',
    description: 'One that is to end with its period, or that is paused. One that has ended does not come back.',
  })
  @ApiOkResponse({ type: SubscriptionAnswer })
  @ApiProblems(
    AccountNotFound,
    SubscriptionNotFound,
    SubscriptionEnded,
    StripeRefused,
    IdempotencyKeyReused,
    StripeUnavailable,
  )
  async resume(
    @AccountIdParam() accountId: string,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionAnswer> {
    const answer = await this.requests.run({ accountId, verb: 'resume', body: {}, key }, (requestName) =>
      this.resumeSubscription.run({ accountId, requestName }),
    );
    return sendAnswer(reply, answer);
  }
}
