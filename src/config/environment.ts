import { Expose, Transform, type TransformFnParams } from 'class-transformer';
import {
  getMetadataStorage,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { parseCronItem } from 'graphile-worker';
import { IsPostgresUrl } from './postgres-url.js';

/** Which parts of the service a process runs. */
export type Role = 'all' | 'api' | 'worker';

/** How entries of the ledger are written: see `ENTRY_FORM`. */
export type EntryForm = 'one-row' | 'three-rows';

/** Text to number; text that is no number stays as it is, so that validation can name it. */
function toNumber({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
}

function toBoolean({ value }: TransformFnParams): unknown {
  return value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value;
}

/** The version of the text that customers agree to where the owner has none of their own. */
export const OWN_CONSENT = 'scrip-1';

/** What stands for no time at all in a schedule. */
export const NEVER = 'off';

/** Minute, hour, day of month, month and day of week, as the job queue takes them. */
function IsSchedule(): PropertyDecorator {
  return ValidateBy({
    name: 'isSchedule',
    validator: {
      validate: (value) => typeof value === 'string' && (value === NEVER || isCron(value)),
      defaultMessage: (of) => `${of?.property} must be five fields of crontab such as 0 3 * * *, or off`,
    },
  });
}

function isCron(value: string): boolean {
  try {
    parseCronItem({ task: 'any', match: value });
    return true;
  } catch {
    return false;
  }
}

/** Addresses are shown to people: a password in one would be, too. */
const WEB_ADDRESS = {
  require_tld: false,
  protocols: ['http', 'https'],
  require_protocol: true,
  disallow_auth: true,
};

const port = (name: string) => ({ message: `${name} must be a port number from 0 to 65535` });

/** The environment variables as they are named, with their defaults. `.env.example` explains each. */
export class Environment {
  @Expose()
  @IsIn(['all', 'api', 'worker'], { message: 'ROLE must be all, api or worker' })
  ROLE: Role = 'all';

  @Expose()
  @Matches(/^\S+$/, { message: 'HOST must be a host name or address' })
  HOST = '127.0.0.1';

  @Expose()
  @Transform(toNumber)
  @IsInt(port('PORT'))
  @Min(0, port('PORT'))
  @Max(65_535, port('PORT'))
  PORT = 3000;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'HTTP_PROCESSES must be a whole number from 0 to 64' })
  @Min(0, { message: 'HTTP_PROCESSES must be a whole number from 0 to 64' })
  @Max(64, { message: 'HTTP_PROCESSES must be a whole number from 0 to 64' })
  HTTP_PROCESSES = 0;

  @Expose()
  @IsOptional()
  @IsUrl(
    { ...WEB_ADDRESS, allow_fragments: false, allow_query_components: false },
    { message: 'PUBLIC_URL must be an address that begins with http:// or https://, without a password, ? and #' },
  )
  PUBLIC_URL?: string;

  @Expose()
  @Matches(/\S/, { message: 'SCRIP_DATA_DIR must name a folder' })
  SCRIP_DATA_DIR = '.scrip';

  @Expose()
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    message: 'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent',
  })
  LOG_LEVEL = 'info';

  @Expose()
  @IsIn(['one-row', 'three-rows'], { message: 'ENTRY_FORM must be one-row or three-rows' })
  ENTRY_FORM: EntryForm = 'one-row';

  @Expose()
  @IsOptional()
  @IsPostgresUrl()
  DATABASE_URL?: string;

  @Expose()
  @IsOptional()
  @IsPostgresUrl()
  DATABASE_OWNER_URL?: string;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'DATABASE_POOL_SIZE must be a whole number from 2 to 200' })
  @Min(2, { message: 'DATABASE_POOL_SIZE must be a whole number from 2 to 200' })
  @Max(200, { message: 'DATABASE_POOL_SIZE must be a whole number from 2 to 200' })
  DATABASE_POOL_SIZE = 10;

  @Expose()
  @Transform(toBoolean)
  @IsBoolean({ message: 'POST_TO_NODES must be true or false' })
  POST_TO_NODES = false;

  @Expose()
  @Transform(toNumber)
  @IsInt(port('EMBEDDED_POSTGRES_PORT'))
  @Min(0, port('EMBEDDED_POSTGRES_PORT'))
  @Max(65_535, port('EMBEDDED_POSTGRES_PORT'))
  EMBEDDED_POSTGRES_PORT = 54_329;

  @Expose()
  @IsOptional()
  @Matches(/^(sk|rk)_(test|live)_\S+$/, {
    message: 'STRIPE_SECRET_KEY must begin with sk_test_, sk_live_, rk_test_ or rk_live_',
  })
  STRIPE_SECRET_KEY?: string;

  @Expose()
  @IsOptional()
  STRIPE_WEBHOOK_SECRETS?: string;

  @Expose()
  @IsOptional()
  @IsUrl(WEB_ADDRESS, { message: 'STRIPE_API_BASE must be an http or https address such as http://127.0.0.1:12111' })
  STRIPE_API_BASE?: string;

  @Expose()
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean({ message: 'SANDBOX must be true or false' })
  SANDBOX?: boolean;

  @Expose()
  @Transform(toNumber)
  @IsInt(port('SANDBOX_PORT'))
  @Min(0, port('SANDBOX_PORT'))
  @Max(65_535, port('SANDBOX_PORT'))
  SANDBOX_PORT = 12_111;

  @Expose()
  @IsOptional()
  @Matches(/^sk_[A-Za-z0-9_-]{24,200}$/, {
    message: 'SCRIP_BOOTSTRAP_KEY must be sk_ and at least 24 letters, digits, - or _',
  })
  SCRIP_BOOTSTRAP_KEY?: string;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'CREDIT_DECIMALS must be a whole number from 0 to 6' })
  @Min(0, { message: 'CREDIT_DECIMALS must be a whole number from 0 to 6' })
  @Max(6, { message: 'CREDIT_DECIMALS must be a whole number from 0 to 6' })
  CREDIT_DECIMALS = 0;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'STRIPE_EVENT_MAX_ATTEMPTS must be a whole number from 1 to 100' })
  @Min(1, { message: 'STRIPE_EVENT_MAX_ATTEMPTS must be a whole number from 1 to 100' })
  @Max(100, { message: 'STRIPE_EVENT_MAX_ATTEMPTS must be a whole number from 1 to 100' })
  STRIPE_EVENT_MAX_ATTEMPTS = 20;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'STRIPE_WAIT_SECONDS must be a whole number from 1 to 80' })
  @Min(1, { message: 'STRIPE_WAIT_SECONDS must be a whole number from 1 to 80' })
  @Max(80, { message: 'STRIPE_WAIT_SECONDS must be a whole number from 1 to 80' })
  STRIPE_WAIT_SECONDS = 20;

  @Expose()
  @IsSchedule()
  RECONCILE_CRON = '0 3 * * *';

  @Expose()
  @IsSchedule()
  CHECK_BOOKS_CRON = '30 3 * * *';

  @Expose()
  @Transform(toBoolean)
  @IsBoolean({ message: 'RECONCILE_REPAIR must be true or false' })
  RECONCILE_REPAIR = false;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'RECONCILE_SETTLE_SECONDS must be a whole number from 0 to 600' })
  @Min(0, { message: 'RECONCILE_SETTLE_SECONDS must be a whole number from 0 to 600' })
  @Max(600, { message: 'RECONCILE_SETTLE_SECONDS must be a whole number from 0 to 600' })
  RECONCILE_SETTLE_SECONDS = 3;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'RECONCILE_MAX_ATTEMPTS must be a whole number from 1 to 100' })
  @Min(1, { message: 'RECONCILE_MAX_ATTEMPTS must be a whole number from 1 to 100' })
  @Max(100, { message: 'RECONCILE_MAX_ATTEMPTS must be a whole number from 1 to 100' })
  RECONCILE_MAX_ATTEMPTS = 8;

  @Expose()
  @Transform(toBoolean)
  @IsBoolean({ message: 'TRUST_PROXY must be true or false' })
  TRUST_PROXY = false;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'SUBSCRIPTION_GRACE_DAYS must be a whole number from 0 to 90' })
  @Min(0, { message: 'SUBSCRIPTION_GRACE_DAYS must be a whole number from 0 to 90' })
  @Max(90, { message: 'SUBSCRIPTION_GRACE_DAYS must be a whole number from 0 to 90' })
  SUBSCRIPTION_GRACE_DAYS = 3;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'USAGE_LATE_DAYS must be a whole number from 1 to 366' })
  @Min(1, { message: 'USAGE_LATE_DAYS must be a whole number from 1 to 366' })
  @Max(366, { message: 'USAGE_LATE_DAYS must be a whole number from 1 to 366' })
  USAGE_LATE_DAYS = 35;

  @Expose()
  @Transform(toNumber)
  @IsInt({ message: 'EVENTS_KEEP_DAYS must be a whole number from 7 to 3650' })
  @Min(7, { message: 'EVENTS_KEEP_DAYS must be a whole number from 7 to 3650' })
  @Max(3_650, { message: 'EVENTS_KEEP_DAYS must be a whole number from 7 to 3650' })
  EVENTS_KEEP_DAYS = 30;

  @Expose()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,200}$/, { message: 'USAGE_TYPE_PREFIX must be 1 to 200 visible characters without blanks' })
  USAGE_TYPE_PREFIX?: string;

  @Expose()
  @IsOptional()
  @Transform(toBoolean)
  @IsBoolean({ message: 'WEBHOOK_ALLOW_PRIVATE must be true or false' })
  WEBHOOK_ALLOW_PRIVATE?: boolean;

  @Expose()
  @IsOptional()
  @IsUrl(WEB_ADDRESS, {
    message: 'UPGRADE_URL must be an address that begins with http:// or https://, without a password',
  })
  UPGRADE_URL?: string;

  @Expose()
  @IsOptional()
  @Matches(/^\P{Cc}{1,60}$/u, { message: 'APP_NAME must be one line of at most 60 characters' })
  APP_NAME?: string;

  @Expose()
  @IsOptional()
  @IsUrl(WEB_ADDRESS, {
    message: 'APP_URL must be an address that begins with http:// or https://, without a password',
  })
  APP_URL?: string;

  @Expose()
  @Matches(/^[a-z]{3}$/, { message: 'DEFAULT_CURRENCY must be a currency in three lower-case letters, such as usd' })
  DEFAULT_CURRENCY = 'usd';

  @Expose()
  @Transform(toBoolean)
  @IsBoolean({ message: 'CHECKOUT_PROMOTION_CODES must be true or false' })
  CHECKOUT_PROMOTION_CODES = false;

  @Expose()
  @Transform(toBoolean)
  @IsBoolean({ message: 'CHECKOUT_AUTOMATIC_TAX must be true or false' })
  CHECKOUT_AUTOMATIC_TAX = false;

  @Expose()
  @Transform(toBoolean)
  @IsBoolean({ message: 'CHECKOUT_TAX_IDS must be true or false' })
  CHECKOUT_TAX_IDS = false;

  @Expose()
  @Transform(toBoolean)
  @IsBoolean({ message: 'CHECKOUT_TERMS must be true or false' })
  CHECKOUT_TERMS = false;

  @Expose()
  @IsOptional()
  @Matches(/^(?=.*\S)\P{Cc}{1,1200}$/u, { message: 'REUSE_CONSENT_TEXT must be one line of at most 1200 characters' })
  REUSE_CONSENT_TEXT?: string;

  @Expose()
  @Matches(/^\S{1,64}$/, { message: 'REUSE_CONSENT_VERSION must be of at most 64 characters without blanks' })
  REUSE_CONSENT_VERSION = OWN_CONSENT;
}

/** The names of all variables, with and without a default. */
export function variableNames(): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Environment, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}
