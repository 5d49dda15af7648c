import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/require-scope.js';
import { AccountIdParam } from '../http/input/account-id.param.js';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { CancelSubscriptionBody } from '../subscriptions/subscriptions.dto.js';
import { SubscriptionEnded, SubscriptionNotFound } from '../subscriptions/subscriptions.problems.js';
import { CancellationPreviewAnswer, toCancellationPreviewAnswer } from './cancellations.dto.js';
import { PreviewCancellation } from './preview-cancellation.js';

@ApiTags('Subscriptions')
@Controller('v1/accounts/:accountId/subscription')
export class CancellationsController {
  constructor(private readonly previewCancellation: PreviewCancellation) {}

  @Post('cancel/preview')
  @RequireScope('sell')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'previewSubscriptionCancellation',
    summary: 'Say what a cancellation would take, and what could be refunded first',
    description:
      'Credits that are unspent when a subscription ends lapse, and are not paid back by themselves. To give their ' +
      'money back, refund each of the orders with `unusedOnly` first, then cancel. Changes nothing.',
  })
  @ApiOkResponse({ type: CancellationPreviewAnswer })
  @ApiProblems(AccountNotFound, SubscriptionNotFound, SubscriptionEnded, ValidationFailed)
  async preview(
    @AccountIdParam() accountId: string,
    @Body() body: CancelSubscriptionBody,
  ): Promise<CancellationPreviewAnswer> {
    return toCancellationPreviewAnswer(await this.previewCancellation.run(accountId, { now: body.now ?? false }));
  }
}
