import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Config } from '../../config/config.js';
import { CONFIG, RUNTIME, type Runtime } from '../../config/config.module.js';
import { sendPage } from '../../html/page.js';
import { Public } from '../../http/server/public.js';
import { Clock } from '../../kernel/clock.js';
import type { Order } from '../../orders/order.entity.js';
import { OrdersQueries } from '../../orders/orders.queries.js';
import { isReturnKeyOf } from '../../orders/return-addresses.js';
import {
  cancelledPage,
  isOpen,
  type ReturnPageOptions,
  successPage,
  unheardPaymentPage,
  unknownOrderPage,
} from './return-pages.js';

const LOOK_AGAIN_AFTER_SECONDS = 1;
/** A bank takes its time, and nothing is gained by asking it every second. */
const ASK_BANK_AGAIN_AFTER_SECONDS = 10;
/** As Stripe writes the ids of checkout sessions. */
const SESSION_ID = /^cs_[A-Za-z0-9_]{1,250}$/;

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
  async success(
    @Query('order') orderId: unknown,
    @Query('key') key: unknown,
    @Query('session') checkoutSessionId: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const order = (await this.find(orderId, key)) ?? (await this.findBySession(checkoutSessionId));
    if (order === undefined) return this.noOrder(reply, checkoutSessionId);
    if (isOpen(order)) {
      const isWithBank = order.status === 'processing';
      reply.header('Refresh', String(isWithBank ? ASK_BANK_AGAIN_AFTER_SECONDS : LOOK_AGAIN_AFTER_SECONDS));
    }
    return sendPage(reply, successPage(order, this.options()));
  }

  @Get('cancelled')
  async cancelled(
    @Query('order') orderId: unknown,
    @Query('key') key: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendPage(reply, cancelledPage(await this.find(orderId, key), this.options()));
  }

  /** An order is shown at the addresses that were made for it, and at no others. */
  private async find(orderId: unknown, key: unknown): Promise<Order | undefined> {
    const order = typeof orderId === 'string' ? await this.orders.find(orderId) : undefined;
    return order !== undefined && isReturnKeyOf(order, key) ? order : undefined;
  }

  /** Who comes back from a payment link is known by its session: the order is made once Stripe has told of it. */
  private async findBySession(checkoutSessionId: unknown): Promise<Order | undefined> {
    return typeof checkoutSessionId === 'string' ? this.orders.findByCheckout(checkoutSessionId) : undefined;
  }

  private noOrder(reply: FastifyReply, checkoutSessionId: unknown): void {
    const mayCome = typeof checkoutSessionId === 'string' && SESSION_ID.test(checkoutSessionId);
    if (mayCome) reply.header('Refresh', String(LOOK_AGAIN_AFTER_SECONDS));
    sendPage(reply, mayCome ? unheardPaymentPage(this.options()) : unknownOrderPage(this.options()), 404);
  }

  private options(): ReturnPageOptions {
    const { creditDecimals, app } = this.config;
    const { publicUrl, payments } = this.runtime;
    // With the sandbox a purchase is somebody's trial, and it began on Scrip's own first page.
    const isTrial = payments.kind === 'sandbox' && app.url === undefined;
    return { creditDecimals, app: isTrial ? { url: publicUrl } : app, publicUrl, now: this.clock.now() };
  }
}
