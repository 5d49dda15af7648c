import { createServer } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Sandbox, startSandbox } from '../sandbox/index.js';
import { AppModule } from './app.module.js';
import { EnsureBootstrapKey } from './auth/ensure-bootstrap-key.js';
import { bootstrapKeyOf } from './bootstrap-key.js';
import { CannotStart } from './cannot-start.js';
import type { Config } from './config/config.js';
import type { Runtime, StripeConnection } from './config/config.module.js';
import { configureHttp } from './http/configure-http.js';
import { createFastifyAdapter } from './http/fastify-adapter.js';
import { Clock } from './kernel/clock.js';
import { prepareDatabase, startPostgres } from './start-database.js';

/** A service that runs, and what was started for it. */
export interface RunningScrip {
  /** Where this process answers; undefined for a worker. */
  readonly url: string | undefined;
  readonly app: NestFastifyApplication;
  readonly runtime: Runtime;
  readonly sandbox: Sandbox | undefined;
  /** Resolves when something that the service cannot live without has died. */
  readonly died: Promise<Error>;
  /** Finishes what is in flight, then stops the service, the sandbox and Postgres, in that order. */
  close(): Promise<void>;
}

/**
 * Starts everything that the configuration leaves to us: Postgres, the schema, the sandbox, the service. What was
 * started is stopped again when a later step fails.
 */
export async function startScrip(config: Config, clock = new Clock()): Promise<RunningScrip> {
  const started: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= stopAll(started);
    return closing;
  };
  try {
    const postgres = await startPostgres(config);
    if (postgres !== undefined) started.push(() => postgres.stop());
    const { ownerUrl, databaseUrl } = await prepareDatabase(config, postgres);

    const sandbox = await startOwnSandbox(config, ownerUrl);
    if (sandbox !== undefined) started.push(() => sandbox.close());

    const port = config.port === 0 ? await freePort(config.host) : config.port;
    const runtime: Runtime = Object.freeze({
      publicUrl: config.publicUrl.replace(/:0$/, `:${port}`),
      bootstrapKey: await bootstrapKeyOf(config),
      payments: { kind: config.payments.kind, sandboxUrl: sandbox?.url },
      database: config.database.kind,
      databaseUrl,
      stripe: stripeConnection(config, sandbox),
    });
    const app = await createApp(config, runtime, clock);
    started.push(() => app.close());
    if (runtime.bootstrapKey !== undefined) await app.get(EnsureBootstrapKey).run(runtime.bootstrapKey);
    const url = await listen(app, config, port);
    if (url !== undefined) await sandbox?.deliverTo(`http://127.0.0.1:${port}/webhooks/stripe`);
    return { url, app, runtime, sandbox, died: postgres?.died ?? new Promise(() => undefined), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In reverse order of their start. */
async function stopAll(started: (() => Promise<void>)[]): Promise<void> {
  for (const stop of started.splice(0).reverse()) await stop();
}

/** Beside another process of the same database, a worker uses the sandbox which that one has started. */
async function startOwnSandbox({ payments, role }: Config, databaseUrl: string): Promise<Sandbox | undefined> {
  if (payments.kind !== 'sandbox' || role === 'worker') return undefined;
  return startSandbox({ databaseUrl, port: payments.port }).catch((error: Error) => {
    throw new CannotStart(error.message, { cause: error });
  });
}

/** How Stripe is reached, or the sandbox where it takes its place. */
export function stripeConnection({ payments }: Config, sandbox?: Sandbox): StripeConnection {
  if (payments.kind === 'stripe') return payments;
  return {
    secretKey: sandbox?.secretKey ?? 'sk_test_sandbox',
    webhookSecrets: sandbox === undefined ? [] : [sandbox.webhookSecret],
    apiBase: sandbox?.url ?? `http://127.0.0.1:${payments.port}`,
  };
}

async function createApp(config: Config, runtime: Runtime, clock: Clock): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, runtime, clock),
    createFastifyAdapter({ trustProxy: config.trustProxy, clock, maxWaitMs: config.stripeWaitMs }),
    { rawBody: true, bufferLogs: true, abortOnError: false },
  );
  configureHttp(app);
  return app;
}

async function listen(app: NestFastifyApplication, config: Config, port: number): Promise<string | undefined> {
  if (config.role === 'worker') {
    await app.init();
    return undefined;
  }
  await app.listen(port, config.host).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new CannotStart(`Port ${port} on ${config.host} is taken by another program. Set PORT to a free one.`);
  });
  return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
}

/** A port that was free a moment ago: addresses that the service hands out must be known before it listens. */
async function freePort(host: string): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, host, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error(`no port is free on ${host}`);
  return address.port;
}
