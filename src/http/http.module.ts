import { type DynamicModule, Global, Module } from '@nestjs/common';
import { HealthController } from './server/health.controller.js';
import { createLogger, loggerModule, NestLogger, ROOT_LOGGER } from './server/logging.js';

@Global()
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class HttpModule {
  static forRoot({ logLevel }: { logLevel: string }): DynamicModule {
    const logger = createLogger(logLevel);
    return {
      module: HttpModule,
      imports: [loggerModule(logger)],
      controllers: [HealthController],
      providers: [NestLogger, { provide: ROOT_LOGGER, useValue: logger }],
      exports: [ROOT_LOGGER],
    };
  }
}
