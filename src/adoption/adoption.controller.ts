import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { StripeCustomerTaken } from '../customers/customers.problems.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../idempotency/idempotent-writes.js';
import { Clock } from '../kernel/clock.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../stripe/client/stripe.problems.js';
import { AdoptStripeCustomer } from './adopt-stripe-customer.js';
import { AdoptedCustomerAnswer, AdoptStripeCustomerBody, toAdoptedCustomerAnswer } from './adoption.dto.js';
import { StripeCustomerInUse, StripeCustomerNotFound } from './adoption.problems.js';

@ApiTags('Accounts')
@Controller('v1/accounts/:accountId/stripe-customer')
export class AdoptionController {
  constructor(
    private readonly writes: IdempotentWrites,
    private readonly clock: Clock,
    private readonly adopt: AdoptStripeCustomer,
  ) {}

  @Post()
  @HttpCode(200)
  @RequireScope('admin')
  @ApiOperation({
    operationId: 'adoptStripeCustomer',
    summary: 'Let a customer that Stripe has already be an account',
    description:
      'E-mail, name and saved cards are followed from then on, and what the customer paid on payment links while ' +
      'no account was known for it is credited. Subscriptions are followed at once where that is asked for, ' +
      'and otherwise as soon as Stripe tells of them; money that was paid before gives no credits. Asked ' +
      'again, it changes nothing.',
  })
  @ApiOkResponse({ type: AdoptedCustomerAnswer })
  @ApiProblems(
    AccountNotFound,
    StripeCustomerNotFound,
    StripeCustomerTaken,
    StripeCustomerInUse,
    StripeRefused,
    IdempotencyKeyReused,
    ValidationFailed,
    StripeUnavailable,
  )
  async create(
    @AccountIdParam() accountId: string,
    @Body() body: AdoptStripeCustomerBody,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdoptedCustomerAnswer> {
    const fingerprint = fingerprintOf(`POST /v1/accounts/${accountId}/stripe-customer`, body);
    const request = { accountId, key, fingerprint };
    const answer = await this.writes.runWithCalls(request, async () => ({
      status: 200,
      body: await this.adopted(accountId, body),
    }));
    return sendAnswer(reply, answer);
  }

  private async adopted(accountId: string, body: AdoptStripeCustomerBody): Promise<AdoptedCustomerAnswer> {
    const { stripeCustomerId, paymentsOnly = false, subscriptions, plans = {} } = body;
    if (paymentsOnly && (subscriptions !== undefined || Object.keys(plans).length > 0))
      throw ValidationFailed.at('/paymentsOnly', 'must not be true with subscriptions or plans');
    const adoptsSubscriptions = subscriptions === 'adopt';
    const adoption = await this.adopt.run({ accountId, stripeCustomerId, paymentsOnly, adoptsSubscriptions, plans });
    return toAdoptedCustomerAnswer({ accountId, stripeCustomerId }, adoption, this.clock.now());
  }
}
