import { EventEmitter } from 'node:events';
import { endpointsOf, expansionsOf } from './api/endpoints.js';
import { Api } from './api/serve.js';
import { serveControls } from './controls/serve.js';
import { HttpServer } from './http/server.js';
import { Jobs } from './jobs/jobs.js';
import type { Log, LogLine } from './log.js';
import { servePages } from './page/serve.js';
import { readShapes } from './params/shapes.js';
import { resources } from './resources/index.js';
import { Clock } from './store/clock.js';
import { Database } from './store/database.js';
import { type Ground, inWork } from './store/ground.js';
import { nobody } from './store/work.js';
import { Deliveries } from './webhooks/deliveries.js';
import { saveOwnEndpoint } from './webhooks/endpoint.js';
import { ensureMode } from './webhooks/mode.js';
import { ownSecret } from './webhooks/own-secret.js';
import type { World } from './world.js';

export interface SandboxOptions {
  /** A Postgres that the sandbox may keep a schema of its own in. */
  databaseUrl: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 takes any free one. */
  port: number;
  /** The pauses before each further attempt at a webhook; after the last one it is given up. */
  retryDelaysMs?: number[];
  log?: (line: LogLine) => void;
}

export interface Sandbox {
  url: string;
  /** One of the keys it takes; it takes every `sk_test_…` key. */
  secretKey: string;
  /** Signs what is sent to the address of `deliverTo`, since the first start and until it is rotated. */
  webhookSecret: string;
  /** Sends every event to this URL from now on, with whatever still waits to be sent. */
  deliverTo(url: string): Promise<void>;
  /** Waits for requests and deliveries that run. */
  close(): Promise<void>;
}

const seconds = (count: number): number => count * 1000;
/** Stripe tries for three days; this schedule is done in about a day, most of it at once. */
const usualRetryDelaysMs = [1, 5, 30, 120, 600, 3600, 3600, 3600, 14_400, 14_400, 43_200].map(seconds);

/** Starts a stand-in for Stripe's API that remembers everything in Postgres. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { databaseUrl, host = '127.0.0.1', port, retryDelaysMs = usualRetryDelaysMs, log = () => {} } = options;
  const database = await Database.open(databaseUrl, log);
  try {
    const webhookSecret = await ownSecret(database);
    await ensureMode(database);
    const world = await makeWorld(database, retryDelaysMs, log);
    const server = serverOf(world);
    world.baseUrl = `http://${urlHost(host)}:${await server.listen(host, port)}`;
    await world.deliveries.start();
    world.jobs.wake();
    return {
      url: world.baseUrl,
      secretKey: 'sk_test_sandbox',
      webhookSecret,
      deliverTo: (url) => inWork(world, nobody, (work) => saveOwnEndpoint(work, url)),
      close: async () => {
        await server.close();
        await world.jobs.stop();
        await world.deliveries.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function makeWorld(database: Database, retryDelaysMs: number[], log: Log): Promise<World> {
  const handlers = new Map(resources.flatMap((resource) => Object.entries(resource.jobs ?? {})));
  const clock = await Clock.load(database);
  const ground: Ground = { database, clock, log, baseUrl: '', bell: new EventEmitter() };
  // The same object, whose address becomes known later.
  return Object.assign(ground, {
    deliveries: new Deliveries(ground, retryDelaysMs),
    jobs: new Jobs(ground, handlers),
  });
}

/** Leads every path to the part that serves it. */
function serverOf(world: World): HttpServer {
  const server = new HttpServer(world.log);
  serveControls(server, world);
  servePages(server, world);
  const api = new Api(world, expansionsOf(resources));
  for (const endpoint of endpointsOf(resources, readShapes()))
    server.on(endpoint.method, endpoint.path, (exchange, id) => api.serve(exchange, endpoint, id));
  server.onRest((exchange) => api.serve(exchange, undefined, ''));
  return server;
}

/** A name that a browser on this machine can use. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
