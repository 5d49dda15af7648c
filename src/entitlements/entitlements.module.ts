import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { EntitlementsController } from './entitlements.controller.js';
import { EntitlementsQueries } from './entitlements.queries.js';
import { ExpireEntitlements } from './expire-entitlements.js';
import { PlansPageController } from './plans-page.controller.js';
import { SetEntitlements } from './set-entitlements.js';

@Module({
  imports: [CatalogModule, JobsModule, OutboxModule],
  controllers: [EntitlementsController, PlansPageController],
  providers: [EntitlementsQueries, ExpireEntitlements, SetEntitlements],
  exports: [EntitlementsQueries, SetEntitlements],
})
export class EntitlementsModule {}
