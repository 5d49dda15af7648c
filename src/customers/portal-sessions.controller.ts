import { Body, Controller, Inject, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireScope } from '../auth/require-scope.js';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { IdempotencyKeyReused } from '../idempotency/idempotency.problems.js';
import { fingerprintOf, IdempotencyKey } from '../idempotency/idempotency-key.js';
import { IdempotentWrites, sendAnswer } from '../idempotency/idempotent-writes.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { StripeRefused, StripeUnavailable } from '../stripe/client/stripe.problems.js';
import { OpenPortal } from './open-portal.js';
import { CreatePortalSessionBody, PortalSessionAnswer } from './portal.dto.js';

@ApiTags('Checkout')
@Controller('v1/portal-sessions')
export class PortalSessionsController {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly writes: IdempotentWrites,
    private readonly openPortal: OpenPortal,
  ) {}

  /**
   * Nothing is recorded but the answer, so two requests with one key may open two pages; both get the first that was
   * kept.
   */
  @Post()
  @RequireScope('sell')
  @ApiOperation({
    operationId: 'createPortalSession',
    summary: 'Let a customer manage how they pay',
    description:
      "Answers a page of Stripe's with their subscription, receipts and saved cards. Plans that are on sale can be " +
      'changed to there, and the subscription can be cancelled at the end of its period.',
  })
  @ApiCreatedResponse({ type: PortalSessionAnswer })
  @ApiProblems(AccountNotFound, StripeRefused, IdempotencyKeyReused, ValidationFailed, StripeUnavailable)
  async create(
    @Body() body: CreatePortalSessionBody,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PortalSessionAnswer> {
    const { accountId, returnUrl = this.runtime.publicUrl } = body;
    const request = { accountId, key, fingerprint: fingerprintOf('POST /v1/portal-sessions', body) };
    const answer = await this.writes.runWithCalls<PortalSessionAnswer>(request, async () => ({
      status: 201,
      body: { url: await this.openPortal.run(accountId, returnUrl) },
    }));
    return sendAnswer(reply, answer);
  }
}
