import { type DynamicModule, Global, Module } from '@nestjs/common';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { HealthController } from './server/health.controller.js';
import { createLogger, loggerModule, NestLogger, RequestLog, standardOutput } from './server/logging.js';

@Global()
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class HttpModule {
  static forRoot({ logLevel }: { logLevel: string }): DynamicModule {
    const output = standardOutput();
    const logger = createLogger(logLevel, output);
    return {
      module: HttpModule,
      imports: [loggerModule(logger)],
      controllers: [HealthController, MetricsController],
      providers: [Metrics, NestLogger, { provide: RequestLog, useValue: new RequestLog(logLevel, output) }],
      exports: [Metrics, RequestLog],
    };
  }
}
