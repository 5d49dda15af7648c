import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { sendPage } from '../http/page.js';
import { Public } from '../http/public.js';
import { OrdersQueries } from './orders.queries.js';
import { cancelledPage, isOpen, successPage, unknownOrderPage } from './return-pages.js';

const LOOK_AGAIN_AFTER_SECONDS = 1;

/** The pages that a customer comes back to, for apps that have none of their own. */
@Public()
@ApiExcludeController()
@Controller('checkout')
export class ReturnPagesController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly orders: OrdersQueries,
  ) {}

  @Get('success')
  async success(@Query('order') orderId: unknown, @Res() reply: FastifyReply): Promise<void> {
    const order = typeof orderId === 'string' ? await this.orders.find(orderId) : undefined;
    if (order === undefined) return sendPage(reply, unknownOrderPage(), 404);
    if (isOpen(order)) reply.header('Refresh', String(LOOK_AGAIN_AFTER_SECONDS));
    const { creditDecimals } = this.config;
    const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: creditDecimals });
    return sendPage(reply, successPage(order, format.format(Number(order.credits) / 10 ** creditDecimals)));
  }

  @Get('cancelled')
  cancelled(@Res() reply: FastifyReply): void {
    sendPage(reply, cancelledPage());
  }
}
