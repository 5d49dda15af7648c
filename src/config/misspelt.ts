import { variableNames } from './environment.js';

/** What other programs call what is set here under another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  STRIPE_KEY: 'STRIPE_SECRET_KEY',
  STRIPE_API_KEY: 'STRIPE_SECRET_KEY',
  STRIPE_SECRET: 'STRIPE_SECRET_KEY',
  STRIPE_SK: 'STRIPE_SECRET_KEY',
  STRIPE_LIVE_KEY: 'STRIPE_SECRET_KEY',
  STRIPE_ENDPOINT_SECRET: 'STRIPE_WEBHOOK_SECRETS',
  STRIPE_SIGNING_SECRET: 'STRIPE_WEBHOOK_SECRETS',
  STRIPE_WEBHOOK_KEY: 'STRIPE_WEBHOOK_SECRETS',
  STRIPE_WHSEC: 'STRIPE_WEBHOOK_SECRETS',
  WEBHOOK_SECRET: 'STRIPE_WEBHOOK_SECRETS',
  DB_URL: 'DATABASE_URL',
  DB_URI: 'DATABASE_URL',
  PG_URL: 'DATABASE_URL',
  POSTGRES_URL: 'DATABASE_URL',
  POSTGRES_URI: 'DATABASE_URL',
  POSTGRESQL_URL: 'DATABASE_URL',
  BOOTSTRAP_KEY: 'SCRIP_BOOTSTRAP_KEY',
  DATA_DIR: 'SCRIP_DATA_DIR',
  SCRIP_PUBLIC_URL: 'PUBLIC_URL',
  SCRIP_DATABASE_URL: 'DATABASE_URL',
  SCRIP_PORT: 'PORT',
};

/** Shorter names are near to too many others: HOSTS, SORT, IS_SANDBOX. */
const LEAST_LENGTH = 8;
const MOST_CHANGES = 2;

/**
 * Variables of the environment that are not read, and that look as if a known one was meant which is not set. Names
 * alone: the values may be secrets.
 */
export function misspelt(env: Readonly<Record<string, string | undefined>>): { name: string; meant: string }[] {
  const ours = variableNames();
  const missing = ours.filter((name) => (env[name] ?? '').trim() === '');
  return Object.keys(env)
    .filter((name) => !ours.includes(name) && (env[name] ?? '').trim() !== '')
    .flatMap((name) => {
      const meant = meantBy(name, missing);
      return meant === undefined ? [] : [{ name, meant }];
    });
}

function meantBy(name: string, missing: readonly string[]): string | undefined {
  const other = OTHER_NAMES[name.toUpperCase()];
  if (other !== undefined) return missing.includes(other) ? other : undefined;
  if (name.length < LEAST_LENGTH) return undefined;
  const nearest = missing
    .filter((candidate) => candidate.length >= LEAST_LENGTH)
    .map((candidate) => ({ candidate, changes: changesBetween(plain(name), plain(candidate)) }))
    .sort((a, b) => a.changes - b.changes)[0];
  return nearest !== undefined && nearest.changes <= MOST_CHANGES ? nearest.candidate : undefined;
}

const plain = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** The least number of characters to insert, leave out or replace (Levenshtein). */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [column, counterpart] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === counterpart ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
