import { type DynamicModule, Global, Module } from '@nestjs/common';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { DESCRIBED_EVENTS, type DescribedEvents } from './openapi/webhooks.js';
import { HealthController } from './server/health.controller.js';
import { createLogger, loggerModule, NestLogger, RequestLog, standardOutput } from './server/logging.js';

const NO_EVENTS: DescribedEvents = { types: {} };

@Global()
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class HttpModule {
  /** `events` are those that the service tells, of all rooms. */
  static forRoot({ logLevel, events = NO_EVENTS }: { logLevel: string; events?: DescribedEvents }): DynamicModule {
    const output = standardOutput();
    const logger = createLogger(logLevel, output);
    return {
      module: HttpModule,
      imports: [loggerModule(logger)],
      controllers: [HealthController, MetricsController],
      providers: [
        Metrics,
        NestLogger,
        { provide: RequestLog, useValue: new RequestLog(logLevel, output) },
        { provide: DESCRIBED_EVENTS, useValue: events },
      ],
      exports: [Metrics, RequestLog],
    };
  }
}
