import pg from 'pg';
import request from 'supertest';
import { type RunningScrip, startScrip } from '../../../src/app/start.js';
import { type BookReport, checkBooks } from '../../../src/book-checks/check-books.js';
import { loadConfig } from '../../../src/config/config.js';
import { Database } from '../../../src/database/database.js';
import { Clock } from '../../../src/kernel/clock.js';
import { createTestDatabase, envOfBooks } from '../database/database.js';
import { checkAnswersOf } from '../runner/described-answers.js';
import { dataDirOf } from './data-dir.js';

/** An answer of the service, its body read as JSON. */
export interface HttpAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  body: any;
}

export interface CallOptions {
  key?: string | null;
  idempotencyKey?: string;
  headers?: Record<string, string>;
}

/** A whole service with its sandbox, on free ports over a database of its own. */
export interface TestScrip {
  running: RunningScrip;
  url: string;
  sandboxUrl: string;
  clock: Clock;
  /** Reads of the tables, as another program would. */
  sql<Row extends object = Record<string, string>>(text: string, values?: unknown[]): Promise<Row[]>;
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<HttpAnswer>;
  sandbox(path: string, body: unknown): Promise<HttpAnswer>;
  checkBooks(): Promise<BookReport>;
  close(): Promise<void>;
}

export const TEST_KEY = 'sk_the_story_that_a_test_tells';

interface UseScripOptions {
  /** Done after the last test, while the service still runs. */
  atEnd?: () => Promise<void>;
  /** The tests break the books on purpose, and prove them themselves. */
  breaksBooks?: boolean;
}

/**
 * A service for the tests of a file or a `describe`: started before the first of them, its books proven and it closed
 * after the last. What is read of it before it has started is an error that says so.
 */
export function useScrip(
  env: Record<string, string> = {},
  { atEnd, breaksBooks = false }: UseScripOptions = {},
): TestScrip {
  let started: TestScrip | undefined;
  beforeAll(async () => {
    started = await startTestScrip(env);
  });
  afterAll(async () => {
    if (started !== undefined) await atEnd?.();
    const report = breaksBooks ? undefined : await started?.checkBooks();
    await started?.close();
    expect(report?.findings ?? []).toEqual([]);
  });
  return new Proxy({} as TestScrip, {
    get: (_, name) => {
      if (started === undefined) throw new Error(`the service has not started, and ${String(name)} is read of it`);
      return Reflect.get(started, name);
    },
  });
}

/** Given a DATABASE_URL, this is one more process over that database. */
export async function startTestScrip(env: Record<string, string> = {}): Promise<TestScrip> {
  const database = env.DATABASE_URL === undefined ? await createTestDatabase() : undefined;
  const databaseUrl = env.DATABASE_URL ?? database?.url ?? '';
  const clock = new Clock();
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    SCRIP_DATA_DIR: dataDirOf(databaseUrl),
    PORT: '0',
    SANDBOX_PORT: '0',
    SCRIP_BOOTSTRAP_KEY: TEST_KEY,
    LOG_LEVEL: 'silent',
    ...envOfBooks(),
    ...env,
  });
  const running = await startScrip(config, clock);
  checkAnswersOf(running.app);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // Dropping the database may cut a connection that is about to close by itself.
  pool.on('error', () => undefined);
  const { url, sandbox } = running;
  if (url === undefined || sandbox === undefined) throw new Error('a test runs the service and its sandbox');
  return {
    running,
    url,
    sandboxUrl: sandbox.url,
    clock,
    sql: async (text, values) => (await pool.query(text, values)).rows,
    call: (method, path, body, options) => call(url, method, path, body, options),
    sandbox: (path, body) => call(sandbox.url, 'POST', path, body, { key: null }),
    checkBooks: () => running.app.get(Database).snapshot((tx) => checkBooks(tx)),
    close: async () => {
      await running.close();
      await pool.end();
      await database?.drop();
    },
  };
}

/** Calls the service with the test's key. A string body is sent as it is, anything else as JSON. */
async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<HttpAnswer> {
  const { key = TEST_KEY, idempotencyKey, headers = {} } = options;
  const asked = request(base)[method.toLowerCase() as 'get' | 'post' | 'put'](path);
  if (key !== null) asked.set('authorization', `Bearer ${key}`);
  if (idempotencyKey !== undefined) asked.set('idempotency-key', idempotencyKey);
  if (body !== undefined) asked.set('content-type', 'application/json');
  asked.set(headers);
  const answer = await (body === undefined
    ? asked
    : asked.send(typeof body === 'string' ? body : JSON.stringify(body)));
  const isJson = answer.type.includes('json');
  return { status: answer.status, headers: new Headers(answer.headers), body: isJson ? answer.body : answer.text };
}
