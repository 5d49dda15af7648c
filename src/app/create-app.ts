import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/config.js';
import type { Runtime } from '../config/config.module.js';
import { configureHttp } from '../http/server/configure-http.js';
import { createFastifyAdapter } from '../http/server/fastify-adapter.js';
import type { Clock } from '../kernel/clock.js';
import { AppModule } from './app.module.js';
import { portFault } from './require-ports.js';

export async function createApp(config: Config, runtime: Runtime, clock: Clock): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, runtime, clock),
    createFastifyAdapter({ trustProxy: config.trustProxy, clock, maxWaitMs: config.stripeWaitMs }),
    { rawBody: true, bufferLogs: true, abortOnError: false },
  );
  configureHttp(app);
  return app;
}

/** With `reusePort` other processes may listen there as well. @throws CannotStart where the port is not to be had */
export async function listen(
  app: NestFastifyApplication,
  { host }: Pick<Config, 'host'>,
  { port, reusePort = false }: { port: number; reusePort?: boolean },
): Promise<void> {
  const address = { host, port, reusePort };
  await app.listen(address).catch((error: NodeJS.ErrnoException) => {
    throw portFault(error, { host, port, variable: 'PORT' });
  });
}
