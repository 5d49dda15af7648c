import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/problems/api-problems.js';
import { OrderNotFound } from '../orders/orders.problems.js';
import { RefundPreview } from './refund-preview.js';
import { RefundPreviewAnswer, toRefundPreviewAnswer } from './refunds.dto.js';
import { OrderNotRefundable } from './refunds.problems.js';

@ApiTags('Refunds')
@Controller('v1/orders')
export class RefundPreviewController {
  constructor(private readonly preview: RefundPreview) {}

  @Get(':orderId/refund-preview')
  @ApiOperation({
    operationId: 'getRefundPreview',
    summary: 'Show what a refund would come to',
    description:
      'What of the purchase is unused and worth, and all that could go back. Nothing is reserved by looking.',
  })
  @ApiOkResponse({ type: RefundPreviewAnswer })
  @ApiProblems(OrderNotFound, OrderNotRefundable)
  async show(@Param('orderId') orderId: string): Promise<RefundPreviewAnswer> {
    return toRefundPreviewAnswer(await this.preview.of(orderId));
  }
}
