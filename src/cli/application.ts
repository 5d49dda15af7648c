import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app/app.module.js';
import { stripeConnection } from '../app/stripe-connection.js';
import type { Config } from '../config/config.js';
import { Clock } from '../kernel/clock.js';
import { findDatabase } from './connect.js';

/** The rooms of the service, without its listener, its workers and its log. */
export async function openApplication(config: Config): Promise<INestApplicationContext> {
  const runtime = {
    publicUrl: config.publicUrl,
    payments: { kind: config.payments.kind },
    database: config.database.kind,
    databaseUrl: await findDatabase(config),
    stripe: await stripeConnection(config),
  };
  const quiet = { ...config, role: 'api', logLevel: 'silent' } as const;
  return NestFactory.createApplicationContext(AppModule.forRoot(quiet, runtime, new Clock()), {
    logger: false,
    abortOnError: false,
  });
}
