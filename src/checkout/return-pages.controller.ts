import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Config } from '../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../config/config.module.js';
import { sendPage } from '../http/page.js';
import { Public } from '../http/public.js';
import { Clock } from '../kernel/clock.js';
import type { Order } from './order.js';
import { OrdersQueries } from './orders.queries.js';
import { cancelledPage, isOpen, type ReturnPageOptions, successPage, unknownOrderPage } from './return-pages.js';

const LOOK_AGAIN_AFTER_SECONDS = 1;

/** The pages that a customer comes back to, for apps that have none of their own. */
@Public()
@ApiExcludeController()
@Controller('checkout')
export class ReturnPagesController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly clock: Clock,
    private readonly orders: OrdersQueries,
  ) {}

  @Get('success')
  async success(@Query('order') orderId: unknown, @Res() reply: FastifyReply): Promise<void> {
    const order = await this.find(orderId);
    if (order === undefined) return sendPage(reply, unknownOrderPage(), 404);
    if (isOpen(order)) reply.header('Refresh', String(LOOK_AGAIN_AFTER_SECONDS));
    return sendPage(reply, successPage(order, this.options()));
  }

  @Get('cancelled')
  async cancelled(@Query('order') orderId: unknown, @Res() reply: FastifyReply): Promise<void> {
    sendPage(reply, cancelledPage(await this.find(orderId), this.options()));
  }

  private async find(orderId: unknown): Promise<Order | undefined> {
    return typeof orderId === 'string' ? this.orders.find(orderId) : undefined;
  }

  private options(): ReturnPageOptions {
    const { creditDecimals } = this.config;
    return { creditDecimals, publicUrl: this.runtime.publicUrl, now: this.clock.now() };
  }
}
