import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/problems/api-problems.js';
import { ListOrdersQuery, OrderAnswer, OrderListAnswer, toOrderAnswer } from './orders.dto.js';
import { OrderNotFound } from './orders.problems.js';
import { OrdersQueries } from './orders.queries.js';

@ApiTags('Checkout')
@Controller('v1/orders')
export class OrdersController {
  constructor(private readonly orders: OrdersQueries) {}

  @Get(':orderId')
  @ApiOperation({ operationId: 'getOrder', summary: 'Show an order' })
  @ApiOkResponse({ type: OrderAnswer })
  @ApiProblems(OrderNotFound)
  async get(@Param('orderId') orderId: string): Promise<OrderAnswer> {
    return toOrderAnswer(await this.orders.require(orderId));
  }

  @Get()
  @ApiOperation({ operationId: 'listOrders', summary: 'List orders', description: 'Newest first.' })
  @ApiOkResponse({ type: OrderListAnswer })
  list(@Query() query: ListOrdersQuery): Promise<OrderListAnswer> {
    return this.orders.list(query, toOrderAnswer);
  }
}
