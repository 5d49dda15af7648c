import { applyDecorators, Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../../auth/require-scope.js';
import { AccountIdParam } from '../../http/input/account-id.param.js';
import { PageQuery } from '../../http/input/page-query.js';
import { ApiPageResponse } from '../../http/openapi/open-api.js';
import { ApiProblems } from '../../http/problems/api-problems.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../../idempotency/idempotent-writes.js';
import type { Page } from '../../kernel/keyset-page.js';
import { AccountNotFound } from '../../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../../stripe/client/stripe.problems.js';
import { PaymentMethodNotFound } from '../customers.problems.js';
import { ChooseDefaultMethod } from './choose-default-method.js';
import {
  PaymentMethodAnswer,
  PaymentMethodSetupAnswer,
  SetUpPaymentMethodBody,
  toFormAnswer,
  toPageAnswer,
  toPaymentMethodAnswer,
} from './payment-methods.dto.js';
import { type PaymentMethod, PaymentMethods } from './payment-methods.js';
import { RemovePaymentMethod } from './remove-payment-method.js';
import { SetUpPaymentMethod } from './set-up-payment-method.js';

/** What a change of one payment method has in common with any other. */
function ChangesPaymentMethod(): MethodDecorator {
  return applyDecorators(
    RequireScope('sell'),
    HttpCode(200),
    ApiParam({ name: 'paymentMethodId', type: String, example: 'pm_1Tb2QmA', description: "Stripe's id of it." }),
    ApiOkResponse({ type: PaymentMethodAnswer }),
    ApiProblems(AccountNotFound, PaymentMethodNotFound, StripeRefused, IdempotencyKeyReused, StripeUnavailable),
  );
}

@ApiTags('Checkout')
@Controller('v1/accounts/:accountId/payment-methods')
export class PaymentMethodsController {
  constructor(
    private readonly writes: IdempotentWrites,
    private readonly methods: PaymentMethods,
    private readonly setUp: SetUpPaymentMethod,
    private readonly chooseDefault: ChooseDefaultMethod,
    private readonly remove: RemovePaymentMethod,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listPaymentMethods',
    summary: 'List what an account has saved to pay with',
    description: 'Newest first, as Stripe keeps it: none of it is kept here.',
  })
  @ApiPageResponse(PaymentMethodAnswer)
  @ApiProblems(AccountNotFound, StripeRefused, StripeUnavailable)
  list(@AccountIdParam() accountId: string, @Query() page: PageQuery): Promise<Page<PaymentMethodAnswer>> {
    return this.methods.list(accountId, page, toPaymentMethodAnswer);
  }

  /** A replay has the same secret, which is asked for anew since no answer is kept with it. */
  @Post('setup')
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'setUpPaymentMethod',
    summary: 'Let a customer save a card',
    description:
      "Answers a page of Stripe's, or the secret for a form of your own. Nothing is charged. What was saved is " +
      'listed as soon as the customer has finished.',
  })
  @ApiCreatedResponse({ type: PaymentMethodSetupAnswer })
  @ApiProblems(AccountNotFound, StripeRefused, IdempotencyKeyReused, ValidationFailed, StripeUnavailable)
  async begin(
    @AccountIdParam() accountId: string,
    @Body() body: SetUpPaymentMethodBody,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentMethodSetupAnswer> {
    const fingerprint = fingerprintOf(`POST /v1/accounts/${accountId}/payment-methods/setup`, body);
    assertFitting(body);
    const kept = await this.writes.runWithCalls({ accountId, key, fingerprint }, async () => ({
      status: 201,
      body:
        body.kind === 'form'
          ? toFormAnswer(await this.setUp.inForm(accountId))
          : toPageAnswer(await this.setUp.onPage({ accountId, ...body })),
    }));
    const answer = sendAnswer(reply, kept);
    const { setupIntentId } = answer;
    return setupIntentId === null ? answer : { ...answer, clientSecret: await this.setUp.secretOf(setupIntentId) };
  }

  @Post(':paymentMethodId/default')
  @ChangesPaymentMethod()
  @ApiOperation({
    operationId: 'chooseDefaultPaymentMethod',
    summary: 'Choose what is charged while nobody is there',
    description: 'Automatic top-ups are, and invoices of a subscription for which nothing else was chosen.',
  })
  makeDefault(
    @AccountIdParam() accountId: string,
    @Param('paymentMethodId') paymentMethodId: string,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentMethodAnswer> {
    const route = `POST /v1/accounts/${accountId}/payment-methods/${paymentMethodId}/default`;
    return this.change({ accountId, key, route }, reply, () => this.chooseDefault.run(accountId, paymentMethodId));
  }

  @Delete(':paymentMethodId')
  @ChangesPaymentMethod()
  @ApiOperation({
    operationId: 'removePaymentMethod',
    summary: 'Remove what an account has saved to pay with',
    description: 'For good: nothing is charged with it again. Answers what was removed.',
  })
  delete(
    @AccountIdParam() accountId: string,
    @Param('paymentMethodId') paymentMethodId: string,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentMethodAnswer> {
    const route = `DELETE /v1/accounts/${accountId}/payment-methods/${paymentMethodId}`;
    return this.change({ accountId, key, route }, reply, () => this.remove.run(accountId, paymentMethodId));
  }

  private async change(
    { accountId, key, route }: { accountId: string; key: string | undefined; route: string },
    reply: FastifyReply,
    work: () => Promise<PaymentMethod>,
  ): Promise<PaymentMethodAnswer> {
    const request = { accountId, key, fingerprint: fingerprintOf(route, {}) };
    const answer = await this.writes.runWithCalls(request, async () => ({
      status: 200,
      body: toPaymentMethodAnswer(await work()),
    }));
    return sendAnswer(reply, answer);
  }
}

/** What only a page does is not to be asked of a form. @throws ValidationFailed */
function assertFitting({ kind, ...ofPages }: SetUpPaymentMethodBody): void {
  const asked = Object.entries(ofPages).find(([, value]) => value !== undefined);
  if (kind === 'form' && asked !== undefined)
    throw ValidationFailed.at(`/${asked[0]}`, 'must be left out for a form, which has no page');
}
