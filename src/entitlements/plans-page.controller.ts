import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { sendPage } from '../html/page.js';
import { Public } from '../http/server/public.js';
import { plansPage } from './plans-page.js';

/** What is for sale that opens features, for apps that have no such page of their own. */
@Public()
@ApiExcludeController()
@Controller('plans')
export class PlansPageController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalog: CatalogQueries,
  ) {}

  @Get()
  async plans(@Query('feature') feature: unknown, @Res() reply: FastifyReply): Promise<void> {
    const products = await this.catalog.onSale(['plan', 'feature', 'pack']);
    const { creditDecimals, defaultCurrency, app } = this.config;
    const wanted = typeof feature === 'string' && feature !== '' ? feature : undefined;
    sendPage(reply, plansPage(products, wanted, { creditDecimals, defaultCurrency, app }));
  }
}
