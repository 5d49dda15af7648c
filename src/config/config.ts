import 'reflect-metadata';
import { resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { contradictions, webhookSecretsOf } from './contradictions.js';
import type { EntryForm, Role } from './environment.js';
import { Environment, NEVER } from './environment.js';
import { misspelt } from './misspelt.js';

/** Where the books are kept: a Postgres of the owner's, or one that the service starts itself. */
export type DatabaseConfig =
  | {
      readonly kind: 'own';
      readonly url: string;
      /** The role that owns the tables, where it is another than the service's. */
      readonly ownerUrl?: string;
    }
  | { readonly kind: 'embedded'; readonly dataDir: string; readonly port: number };

/** Who takes the money: Stripe, or the sandbox of this repository. */
export type PaymentsConfig =
  | {
      readonly kind: 'stripe';
      readonly secretKey: string;
      readonly webhookSecrets: readonly string[];
      readonly apiBase?: string;
    }
  | { readonly kind: 'sandbox'; readonly port: number };

/** What to say about a variable that is not read. */
export function sentenceFor(name: string, meant: string): string {
  return `${name} is not read: ${meant} may be meant`;
}

/** What the payment page asks for, apart from the money. */
export interface CheckoutConfig {
  readonly promotionCodes: boolean;
  readonly automaticTax: boolean;
  readonly taxIds: boolean;
  readonly terms: boolean;
  /** What a customer agrees to by paying where what they pay with is kept. */
  readonly reuseConsent: { readonly textVersion: string; readonly text: string };
}

/** The app whose credits are sold, as its customers know it. */
export interface AppConfig {
  readonly name?: string;
  /** Where pages for buyers lead on to. */
  readonly url?: string;
}

/** How the books are compared with Stripe, and proven against themselves. */
export interface ReconciliationConfig {
  /** When, as crontab writes it, in UTC; null for never. */
  readonly schedule: string | null;
  readonly checkBooksSchedule: string | null;
  /** Whether the scheduled comparison repairs what it finds. */
  readonly repair: boolean;
  /** How long what seems to differ has to arrive, before it is looked at a second time. */
  readonly settleMs: number;
  /** How often a step is tried while Stripe fails. */
  readonly maxAttempts: number;
}

/** The text of the version `scrip-1`, where the owner has none of their own. */
const REUSE_CONSENT_TEXT =
  'By paying you agree that this payment method is kept, and may be charged without you being there for purchases ' +
  'that you have asked for in advance, such as automatic top-ups. You can remove it at any time.';

/** Everything that the environment decides, checked and frozen. Durations carry their unit in their name. */
export interface Config {
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  /** Processes that answer HTTP for this one; 0 when it does so itself. */
  readonly httpProcesses: number;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly database: DatabaseConfig;
  readonly databasePoolSize: number;
  /** Whether batches go straight to the nodes of a cluster: see `POST_TO_NODES`. */
  readonly postToNodes: boolean;
  readonly entryForm: EntryForm;
  readonly payments: PaymentsConfig;
  readonly bootstrapKey?: string;
  readonly creditDecimals: number;
  /** In which something is sold when nobody names a currency. */
  readonly defaultCurrency: string;
  readonly checkout: CheckoutConfig;
  readonly app: AppConfig;
  /** How long a subscription whose payment has failed keeps its features. */
  readonly subscriptionGraceDays: number;
  /** How many days late usage may be told of. */
  readonly usageLateDays: number;
  /** How long an event can be read after it was recorded. */
  readonly eventsKeepDays: number;
  /** What the types of usage events begin with, before the key of the meter; empty for nothing. */
  readonly usageTypePrefix: string;
  /** Whether webhook endpoints may be plain http, and on this machine or in a private network. */
  readonly webhookAllowPrivate: boolean;
  /** Where the app sells what opens a feature; without it a page of the service lists that. */
  readonly upgradeUrl?: string;
  readonly stripeEventMaxAttempts: number;
  /** How long a request, or an attempt at an event, waits for Stripe in all. */
  readonly stripeWaitMs: number;
  readonly reconciliation: ReconciliationConfig;
  readonly trustProxy: boolean;
}

/** The environment does not describe a service that could run. Names every fault at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: string[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super(`The configuration has ${count}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Reads and checks the environment. An empty value counts as not set. @throws ConfigError with every fault. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const environment = plainToInstance(Environment, given, { excludeExtraneousValues: true, exposeDefaultValues: true });
  const malformed = validateSync(environment);
  const names = new Set(malformed.map(({ property }) => property));
  const faults = [...malformed.flatMap(describe), ...contradictions(without(environment, names))];
  if (faults.length > 0)
    throw new ConfigError([...faults, ...misspelt(env).map(({ name, meant }) => sentenceFor(name, meant))]);

  const dataDir = resolve(environment.SCRIP_DATA_DIR);
  return Object.freeze({
    role: environment.ROLE,
    host: environment.HOST,
    port: environment.PORT,
    httpProcesses: environment.HTTP_PROCESSES,
    publicUrl: (environment.PUBLIC_URL ?? `http://localhost:${environment.PORT}`).replace(/\/+$/, ''),
    dataDir,
    logLevel: environment.LOG_LEVEL,
    database: Object.freeze<DatabaseConfig>(
      environment.DATABASE_URL === undefined
        ? { kind: 'embedded', dataDir: resolve(dataDir, 'postgres'), port: environment.EMBEDDED_POSTGRES_PORT }
        : { kind: 'own', url: environment.DATABASE_URL, ownerUrl: environment.DATABASE_OWNER_URL },
    ),
    databasePoolSize: environment.DATABASE_POOL_SIZE,
    postToNodes: environment.POST_TO_NODES,
    entryForm: environment.ENTRY_FORM,
    payments: Object.freeze<PaymentsConfig>(paymentsOf(environment)),
    bootstrapKey: environment.SCRIP_BOOTSTRAP_KEY,
    creditDecimals: environment.CREDIT_DECIMALS,
    defaultCurrency: environment.DEFAULT_CURRENCY,
    checkout: Object.freeze<CheckoutConfig>({
      promotionCodes: environment.CHECKOUT_PROMOTION_CODES,
      automaticTax: environment.CHECKOUT_AUTOMATIC_TAX,
      taxIds: environment.CHECKOUT_TAX_IDS,
      terms: environment.CHECKOUT_TERMS,
      reuseConsent: Object.freeze({
        textVersion: environment.REUSE_CONSENT_VERSION,
        text: environment.REUSE_CONSENT_TEXT ?? REUSE_CONSENT_TEXT,
      }),
    }),
    app: Object.freeze<AppConfig>({ name: environment.APP_NAME, url: environment.APP_URL }),
    subscriptionGraceDays: environment.SUBSCRIPTION_GRACE_DAYS,
    usageLateDays: environment.USAGE_LATE_DAYS,
    eventsKeepDays: environment.EVENTS_KEEP_DAYS,
    usageTypePrefix: environment.USAGE_TYPE_PREFIX ?? '',
    webhookAllowPrivate: environment.WEBHOOK_ALLOW_PRIVATE ?? isForTrying(environment),
    upgradeUrl: environment.UPGRADE_URL,
    stripeEventMaxAttempts: environment.STRIPE_EVENT_MAX_ATTEMPTS,
    stripeWaitMs: environment.STRIPE_WAIT_SECONDS * 1000,
    reconciliation: Object.freeze<ReconciliationConfig>({
      schedule: scheduleOf(environment.RECONCILE_CRON),
      checkBooksSchedule: scheduleOf(environment.CHECK_BOOKS_CRON),
      repair: environment.RECONCILE_REPAIR,
      settleMs: environment.RECONCILE_SETTLE_SECONDS * 1000,
      maxAttempts: environment.RECONCILE_MAX_ATTEMPTS,
    }),
    trustProxy: environment.TRUST_PROXY,
  });
}

function paymentsOf(environment: Environment): PaymentsConfig {
  if (environment.STRIPE_SECRET_KEY === undefined) return { kind: 'sandbox', port: environment.SANDBOX_PORT };
  return {
    kind: 'stripe',
    secretKey: environment.STRIPE_SECRET_KEY,
    webhookSecrets: Object.freeze(webhookSecretsOf(environment)),
    apiBase: environment.STRIPE_API_BASE,
  };
}

/** Nothing was set up, neither a database nor Stripe: somebody tries it, on a machine of their own. */
function isForTrying({ DATABASE_URL, STRIPE_SECRET_KEY }: Environment): boolean {
  return DATABASE_URL === undefined && STRIPE_SECRET_KEY === undefined;
}

/** An empty value would be the default: what is not to run says so. */
function scheduleOf(cron: string): string | null {
  return cron === NEVER ? null : cron;
}

/** What is malformed has been said, and contradicts nothing. */
function without(environment: Environment, names: ReadonlySet<string>): Environment {
  return Object.assign(new Environment(), environment, Object.fromEntries([...names].map((name) => [name, undefined])));
}

/** One line per sentence, which several rules of a variable share. The value itself is left out: it may be a secret. */
function describe(error: ValidationError): string[] {
  return [...new Set(Object.values(error.constraints ?? {}))];
}
