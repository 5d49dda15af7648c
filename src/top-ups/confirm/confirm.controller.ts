import { Controller, Get, Inject, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { type PageContent, sendPage } from '../../html/page.js';
import { Public } from '../../http/server/public.js';
import { bankPage, confirmPage, overPage, paidPage, waitingPage } from './confirm-pages.js';
import { ConfirmTopUp } from './confirm-top-up.js';

const LOOK_AGAIN_AFTER_SECONDS = 1;

/** Where a person confirms a top-up that their bank asks about. Who knows the address may do that, and nothing else. */
@Public()
@ApiExcludeController()
@Controller('top-ups/confirm')
export class ConfirmController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly confirmTopUp: ConfirmTopUp,
  ) {}

  /** Stripe adds `redirect_status` to the address to which the bank leads back. */
  @Get()
  async show(
    @Query('attempt') attemptId: unknown,
    @Query('key') key: unknown,
    @Query('redirect_status') cameBack: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const attempt = await this.confirmTopUp.find(attemptId, key);
    const { app } = this.config;
    if (attempt === undefined) return sendPage(reply, overPage(app), 404);
    if (attempt.doing === 'paid') return sendPage(reply, paidPage(app, attempt));
    if (!this.confirmTopUp.isOpen(attempt)) return sendPage(reply, overPage(app), 410);
    if (cameBack === 'succeeded') return this.wait(reply, waitingPage(app));
    sendPage(reply, confirmPage(app, attempt, { hasFailed: cameBack === 'failed' }));
  }

  @Post()
  async confirm(
    @Query('attempt') attemptId: unknown,
    @Query('key') key: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const attempt = await this.confirmTopUp.find(attemptId, key);
    const { app } = this.config;
    if (attempt === undefined) return sendPage(reply, overPage(app), 404);
    if (!this.confirmTopUp.isOpen(attempt)) return sendPage(reply, overPage(app), 410);
    const { state, bankUrl } = await this.confirmTopUp.run(attempt);
    if (bankUrl !== null) {
      reply.header('Refresh', `0; url=${bankUrl}`);
      return sendPage(reply, bankPage(app, bankUrl));
    }
    if (state === 'declined') return sendPage(reply, confirmPage(app, attempt, { hasFailed: true }), 402);
    this.wait(reply, waitingPage(app));
  }

  /** A reload is a GET of the address, which says what has become of it. */
  private wait(reply: FastifyReply, content: PageContent): void {
    reply.header('Refresh', String(LOOK_AGAIN_AFTER_SECONDS));
    sendPage(reply, content);
  }
}
