import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Account } from '../../src/accounts/account.entity.js';
import { AccountsModule } from '../../src/accounts/accounts.module.js';
import { ApiKey } from '../../src/auth/api-key.entity.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { authProblems } from '../../src/auth/auth.problems.js';
import { EnsureBootstrapKey } from '../../src/auth/ensure-bootstrap-key.js';
import { CatalogModule } from '../../src/catalog/catalog.module.js';
import { catalogProblems } from '../../src/catalog/catalog.problems.js';
import { Product, ProductPrice } from '../../src/catalog/product.entity.js';
import { ProductRevision } from '../../src/catalog/product-revision.entity.js';
import { loadConfig } from '../../src/config/config.js';
import { ConfigModule, type Runtime } from '../../src/config/config.module.js';
import { Database } from '../../src/database/database.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { HttpModule } from '../../src/http/http.module.js';
import { httpProblems } from '../../src/http/problems/http.problems.js';
import { configureHttp } from '../../src/http/server/configure-http.js';
import { createFastifyAdapter } from '../../src/http/server/fastify-adapter.js';
import { IdempotencyModule } from '../../src/idempotency/idempotency.module.js';
import { idempotencyProblems } from '../../src/idempotency/idempotency.problems.js';
import { Clock } from '../../src/kernel/clock.js';
import { ledgerProblems } from '../../src/ledger/ledger.problems.js';
import { PagesModule } from '../../src/pages/pages.module.js';
import { ratingProblems } from '../../src/rating/rating.problems.js';
import { createTestDatabase } from '../support/database/database.js';
import { checkAnswersOfRooms } from '../support/runner/described-answers.js';

export const TEST_KEY = 'sk_test_of_all_rooms_0123456789';

/** The rooms of this folder's tests, over real HTTP and a database of their own. */
export interface Rooms {
  url: string;
  app: NestFastifyApplication;
  database: Database;
  databaseUrl: string;
  clock: Clock;
  /** A request with the all-scope key, a JSON body when one is given, and further headers. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  stop(): Promise<void>;
}

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of any form
  body: any;
  text: string;
}

@Module({})
class RoomsModule {
  static with(
    imports: NonNullable<ModuleMetadata['imports']>,
    controllers: ModuleMetadata['controllers'],
  ): DynamicModule {
    return { module: RoomsModule, imports, controllers };
  }
}

interface RoomsOptions {
  controllers?: ModuleMetadata['controllers'];
  bootstrapKey?: string;
  payments?: Runtime['payments'];
}

export async function startRooms({ controllers = [], ...runtime }: RoomsOptions = {}): Promise<Rooms> {
  const testDatabase = await createTestDatabase();
  const clock = new Clock();
  const config = loadConfig({ DATABASE_URL: testDatabase.url, LOG_LEVEL: 'silent' });
  const app = await NestFactory.create<NestFastifyApplication>(
    RoomsModule.with(
      [
        ConfigModule.forRoot(config, runtimeOf(testDatabase.url, runtime), clock),
        DatabaseModule.forRoot({
          url: testDatabase.url,
          poolSize: 10,
          entities: [Account, ApiKey, Product, ProductPrice, ProductRevision],
        }),
        HttpModule.forRoot({ logLevel: 'silent' }),
        IdempotencyModule,
        AuthModule,
        AccountsModule,
        CatalogModule,
        PagesModule.forRoot({
          problems: [
            ...httpProblems,
            ...idempotencyProblems,
            ...authProblems,
            ...ledgerProblems,
            ...ratingProblems,
            ...catalogProblems,
          ],
        }),
      ],
      controllers,
    ),
    createFastifyAdapter({ trustProxy: false, clock, maxWaitMs: 20_000 }),
    { bufferLogs: true },
  );
  configureHttp(app);
  await app.get(EnsureBootstrapKey, { strict: false }).run(TEST_KEY);
  await app.listen(0, '127.0.0.1');
  checkAnswersOfRooms(app);
  const url = await app.getUrl();
  return {
    url,
    app,
    database: app.get(Database),
    databaseUrl: testDatabase.url,
    clock,
    call: (method, path, body, headers) => call(url, method, path, body, headers),
    stop: async () => {
      await app.close();
      await testDatabase.drop();
    },
  };
}

function runtimeOf(databaseUrl: string, { bootstrapKey, payments }: Omit<RoomsOptions, 'controllers'>): Runtime {
  return {
    publicUrl: 'http://localhost:3000',
    bootstrapKey,
    payments: payments ?? { kind: 'stripe' },
    database: 'own',
    databaseUrl,
    stripe: { secretKey: 'sk_test_unused', webhookSecrets: [] },
  };
}

async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TEST_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
