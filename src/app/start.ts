import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Sandbox, startSandbox } from '@scrip/sandbox';
import { EnsureBootstrapKey } from '../auth/ensure-bootstrap-key.js';
import type { Config } from '../config/config.js';
import type { Runtime } from '../config/config.module.js';
import { Clock } from '../kernel/clock.js';
import { Posting } from '../ledger/posting.js';
import { type BootstrapKey, bootstrapKeyOf } from './bootstrap-key.js';
import { CannotStart } from './cannot-start.js';
import { createApp, listen } from './create-app.js';
import { HttpProcesses } from './http-processes.js';
import { freePort, requirePorts } from './require-ports.js';
import { keepSandboxAddress } from './sandbox-address.js';
import { prepareDatabase, sentenceForLoss, startPostgres } from './start-database.js';
import { checkStripeKey, stripeConnection } from './stripe-connection.js';

/** How long a process that answers HTTP may take to stop, beside what its requests wait for others. */
const STOP_WITHIN_MS = 30_000;

/** A service that runs, and what was started for it. */
export interface RunningScrip {
  /** Where this process listens; undefined for a worker. */
  readonly url: string | undefined;
  readonly app: NestFastifyApplication;
  readonly runtime: Runtime;
  readonly sandbox: Sandbox | undefined;
  readonly key: BootstrapKey | undefined;
  /** Resolves when something that the service cannot live without has died. */
  readonly died: Promise<Error>;
  /** Finishes what is in flight, then stops the service, the sandbox and Postgres, in that order. */
  close(): Promise<void>;
}

/**
 * Starts everything that the configuration leaves to the service: Postgres, the schema, the sandbox, the service. What
 * is looked at in no time comes first; what was started is stopped again when a later step fails.
 */
export async function startScrip(config: Config, clock = new Clock()): Promise<RunningScrip> {
  const started: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= stopAll(started);
    return closing;
  };
  try {
    await requirePorts(config);
    const warning = await checkStripeKey(config);
    const postgres = await startPostgres(config);
    if (postgres !== undefined) started.push(() => postgres.stop());
    const { ownerUrl, databaseUrl } = await prepareDatabase(config, postgres);

    const sandbox = await startOwnSandbox(config, ownerUrl);
    if (sandbox !== undefined) {
      started.push(() => sandbox.close());
      started.push(await keepSandboxAddress(config, sandbox.url));
    }

    const port = config.port === 0 ? await freePort(config.host) : config.port;
    const key = await bootstrapKeyOf(config);
    const runtime: Runtime = Object.freeze({
      publicUrl: config.publicUrl.replace(/:0$/, `:${port}`),
      bootstrapKey: key?.origin === 'configured' ? undefined : key?.secret,
      payments: { kind: config.payments.kind, sandboxUrl: sandbox?.url },
      database: config.database.kind,
      databaseUrl,
      stripe: await stripeConnection(config, sandbox),
    });
    const app = await createApp(config, runtime, clock);
    started.push(() => app.close());
    if (warning !== undefined) new Logger('Start').warn(warning);
    if (key !== undefined) await app.get(EnsureBootstrapKey).run(key.secret);
    const { url, processes } = await open(app, config, { port, runtime });
    if (processes !== undefined) started.push(() => processes.stop());
    if (url !== undefined) await sandbox?.deliverTo(`http://127.0.0.1:${port}/webhooks/stripe`);
    return { url, app, runtime, sandbox, key, died: postgres?.died ?? new Promise(() => undefined), close };
  } catch (error) {
    await close();
    throw sentenceForLoss(error, config) ?? error;
  }
}

interface Open {
  readonly port: number;
  readonly runtime: Runtime;
}

interface Opened {
  /** Where HTTP is answered. */
  readonly url: string | undefined;
  readonly processes: HttpProcesses | undefined;
}

/** In reverse order of their start. */
async function stopAll(started: (() => Promise<void>)[]): Promise<void> {
  for (const stop of started.splice(0).reverse()) await stop();
}

/** Next to another process of the same database, a worker uses the sandbox that the other one has started. */
async function startOwnSandbox({ payments, role }: Config, databaseUrl: string): Promise<Sandbox | undefined> {
  if (payments.kind !== 'sandbox' || role === 'worker') return undefined;
  return startSandbox({ databaseUrl, port: payments.port }).catch((error: Error) => {
    throw new CannotStart(error.message, { cause: error });
  });
}

/** Answers HTTP, here or by processes of its own, unless this one is a worker. */
async function open(app: NestFastifyApplication, config: Config, { port, runtime }: Open): Promise<Opened> {
  const { host, role, httpProcesses: count } = config;
  const url = role === 'worker' ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (url === undefined || count > 0) await app.init();
  else await listen(app, config, { port });
  if (url === undefined || count === 0) return { url, processes: undefined };
  const stopWithinMs = config.stripeWaitMs + STOP_WITHIN_MS;
  return {
    url,
    processes: await HttpProcesses.start({ count, port, runtime, stopWithinMs, posting: app.get(Posting) }),
  };
}
