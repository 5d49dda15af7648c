import { ACCOUNT_ID_SENTENCE, EMAIL_SENTENCE, isEmailAddress, MAX_AMOUNT_MINOR } from '../../http/input/fields.js';
import { instantOf } from '../../http/input/instant.js';
import { type Credits, credits, MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { ACCOUNT_ID_PATTERN, isOfDots } from '../../kernel/ids.js';
import { sha256 } from '../../kernel/sha-256.js';
import type { CostBasis } from '../../ledger/book/model.js';
import type { TableLine } from '../files/read-table.js';

/** In the order in which the guide names them. A file needs `accountId` and whichever of the others it has. */
export const IMPORT_COLUMNS = [
  'accountId',
  'email',
  'credits',
  'expiresAt',
  'costMinor',
  'currency',
  'stripeCustomerId',
  'stripeSubscriptionId',
  'plan',
] as const;
type Cells = Readonly<Record<(typeof IMPORT_COLUMNS)[number], string>>;

const FINGERPRINT_BYTES = 16;
const WHOLE_NUMBER = /^\d{1,15}$/;
const CURRENCY = /^[a-z]{3}$/i;
const CUSTOMER = /^cus_[A-Za-z0-9_]{1,96}$/;
const SUBSCRIPTION = /^sub_[A-Za-z0-9_]{1,96}$/;

/** Credits that an account had elsewhere. */
export interface CreditsThere {
  readonly amount: Credits;
  readonly expiresAt: Date | null;
  /** What was paid for them; null for gifts. */
  readonly cost: CostBasis | null;
}

/** What Stripe has of an account already. */
export interface StripeThere {
  readonly customerId: string;
  readonly subscriptionId: string | null;
  /** The plan of the catalogue that the subscription's product stands for. */
  readonly plan: string | null;
}

/** What a line says. */
export interface ImportLine {
  readonly line: number;
  /** Of what it says, whatever the order of the columns. */
  readonly fingerprint: Buffer;
  readonly accountId: string;
  readonly email: string | null;
  readonly credits: CreditsThere | null;
  readonly stripe: StripeThere | null;
}

/** Reads a line, or says all that is wrong with it. */
export function toImportLine({ line, cells, fault }: TableLine): ImportLine | string {
  if (fault !== undefined) return fault;
  const all = Object.fromEntries(IMPORT_COLUMNS.map((name) => [name, cells[name] ?? ''])) as Cells;
  const faults = [...faultsOfAccount(all), ...faultsOfCredits(all), ...faultsOfStripe(all)];
  if (faults.length > 0) return faults.join('; ');
  return {
    line,
    fingerprint: sha256(JSON.stringify(Object.values(all))).subarray(0, FINGERPRINT_BYTES),
    accountId: all.accountId,
    email: all.email || null,
    credits: toCredits(all),
    stripe: toStripe(all),
  };
}

function toCredits({ credits: amount, expiresAt, costMinor, currency }: Cells): CreditsThere | null {
  if (Number(amount) === 0) return null;
  return {
    amount: credits(amount),
    expiresAt: instantOf(expiresAt) ?? null,
    cost: costMinor === '' ? null : { amountMinor: BigInt(costMinor), currency: currency.toLowerCase() },
  };
}

function toStripe({ stripeCustomerId, stripeSubscriptionId, plan }: Cells): StripeThere | null {
  if (stripeCustomerId === '') return null;
  return { customerId: stripeCustomerId, subscriptionId: stripeSubscriptionId || null, plan: plan || null };
}

function* faultsOfAccount({ accountId, email }: Cells): Generator<string> {
  if (!ACCOUNT_ID_PATTERN.test(accountId)) yield `accountId ${ACCOUNT_ID_SENTENCE}`;
  else if (isOfDots(accountId)) yield 'accountId must not be of dots alone';
  if (email !== '' && !isEmailAddress(email)) yield `email ${EMAIL_SENTENCE}`;
}

function* faultsOfCredits({ credits: amount, expiresAt, costMinor, currency }: Cells): Generator<string> {
  if (amount !== '' && !isWithin(amount, MAX_REQUEST_CREDITS))
    yield `credits must be a whole number from 0 to ${MAX_REQUEST_CREDITS}, without a sign: a debt is not imported`;
  const isNothing = amount === '' || Number(amount) === 0;
  const given = Object.entries({ expiresAt, costMinor, currency }).filter(([, cell]) => cell !== '');
  if (isNothing && given.length > 0) yield `${given.map(([name]) => name).join(', ')} must be empty without credits`;
  if (expiresAt !== '' && instantOf(expiresAt) === undefined)
    yield 'expiresAt must be a day, such as 2027-01-31, or an RFC 3339 time, of the years 1970 to 9999';
  if (costMinor !== '' && !isWithin(costMinor, MAX_AMOUNT_MINOR))
    yield `costMinor must be a whole number of minor units (cents) from 0 to ${MAX_AMOUNT_MINOR}`;
  if ((costMinor === '') !== (currency === '')) yield 'costMinor and currency must stand together';
  if (currency !== '' && !CURRENCY.test(currency)) yield 'currency must be of three letters, such as usd';
}

function* faultsOfStripe({ stripeCustomerId, stripeSubscriptionId, plan }: Cells): Generator<string> {
  if (stripeCustomerId !== '' && !CUSTOMER.test(stripeCustomerId)) yield 'stripeCustomerId must begin with cus_';
  if (stripeSubscriptionId !== '' && !SUBSCRIPTION.test(stripeSubscriptionId))
    yield 'stripeSubscriptionId must begin with sub_';
  if (stripeSubscriptionId !== '' && stripeCustomerId === '')
    yield 'stripeCustomerId must name the customer of the subscription';
  if (plan !== '' && stripeSubscriptionId === '') yield 'plan must be empty without stripeSubscriptionId';
}

function isWithin(text: string, max: number): boolean {
  return WHOLE_NUMBER.test(text) && Number(text) <= max;
}
