import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsQueries } from './alerts.queries.js';
import { CommonAlertsController } from './common-alerts.controller.js';
import { CommonAlerts } from './common-alerts.js';
import { FireExpiringAlerts } from './fire-expiring-alerts.js';
import { PutAlert } from './put-alert.js';
import { RemoveAlert } from './remove-alert.js';

@Module({
  imports: [JobsModule, LedgerModule],
  controllers: [AlertsController, CommonAlertsController],
  providers: [AlertsQueries, CommonAlerts, FireExpiringAlerts, PutAlert, RemoveAlert],
})
export class AlertsModule {}
