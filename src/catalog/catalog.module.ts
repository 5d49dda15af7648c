import { Module } from '@nestjs/common';
import { CatalogController } from './catalog.controller.js';
import { CatalogQueries } from './catalog.queries.js';
import { PutProduct } from './put-product.js';

@Module({
  controllers: [CatalogController],
  providers: [CatalogQueries, PutProduct],
  exports: [CatalogQueries],
})
export class CatalogModule {}
