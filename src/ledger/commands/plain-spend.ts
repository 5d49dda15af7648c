import { validated } from '../../http/input/validation.pipe.js';
import { IDEMPOTENCY_KEY } from '../../idempotency/idempotency-key.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { type LinesBody, usageLinesOf } from '../../rating/lines.dto.js';
import { MAX_BATCH_ITEMS, SpendBatchBody, SpendBatchItem, SpendBody } from '../api/spends.dto.js';
import { linesWithout } from '../usage/amount-or-lines.js';
import { isPlainUsage } from '../usage/plain-usage.js';
import { type PlainSpend, toUsedLine, type UsageSpend } from '../usage/spend-requests.js';

/**
 * Whether a value is a spend in its simplest form: an account, an amount, and nothing else. On the busiest route this
 * is a tenth of what the general validation costs. Whatever is not, valid or not, goes the general way; a test holds
 * the two against each other.
 */
export function isPlainSpend(value: unknown): value is PlainSpend {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (name !== 'accountId' && name !== 'amount') return false;
  return isOfPlainValues(value);
}

/** The same of an item of a batch, which has a key besides. */
export function isPlainItem(value: unknown): value is PlainSpend & { readonly idempotencyKey: string } {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (name !== 'accountId' && name !== 'amount' && name !== 'idempotencyKey') return false;
  const { idempotencyKey } = value as { idempotencyKey?: unknown };
  return typeof idempotencyKey === 'string' && IDEMPOTENCY_KEY.test(idempotencyKey) && isOfPlainValues(value);
}

/** Whether a body is a batch as far as the general validation looks at it, which leaves the items alone. */
export function isPlainBatch(body: unknown): body is SpendBatchBody {
  if (typeof body !== 'object' || body === null) return false;
  for (const name in body) if (name !== 'items') return false;
  const { items } = body as { items?: unknown };
  return Array.isArray(items) && items.length >= 1 && items.length <= MAX_BATCH_ITEMS;
}

function isOfPlainValues({ accountId, amount }: { accountId?: unknown; amount?: unknown }): boolean {
  return typeof accountId === 'string' && ACCOUNT_ID_PATTERN.test(accountId) && isPlainAmount(amount);
}

/** Whether a value is credits that a request may ask for. */
export function isPlainAmount(amount: unknown): boolean {
  return typeof amount === 'number' && Number.isInteger(amount) && amount >= 1 && amount <= MAX_REQUEST_CREDITS;
}

/** The body of a spend, validated. @throws ValidationFailed */
export function spendOf(body: unknown): PlainSpend | UsageSpend {
  if (isPlainSpend(body)) return body;
  return isPlainUsage(body) ? ofUsage(body) : toSpend(validated(SpendBody, body ?? {}));
}

function ofUsage({ accountId, ...usage }: LinesBody & { readonly accountId: string }): UsageSpend {
  return { accountId, lines: usageLinesOf(usage).map(toUsedLine) };
}

/**
 * A spend is of an amount, or of usage. @throws ValidationFailed for both at once, for neither, and for usage of which
 * something is left out
 */
function toSpend({ accountId, amount, description, metadata, ...usage }: SpendBody): PlainSpend | UsageSpend {
  const said = {
    accountId,
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata }),
  };
  const lines = linesWithout(amount, usage);
  return lines === undefined ? { ...said, amount: amount as number } : { ...said, lines };
}

/** An item has at most so many faults of its own in the answer, which holds a verdict for each of a thousand. */
const MAX_ITEM_ERRORS = 10;

/** An item of a batch, validated. @throws ValidationFailed */
export function itemOf(value: unknown): { idempotencyKey: string; spend: PlainSpend | UsageSpend } {
  if (isPlainItem(value)) {
    const { idempotencyKey, accountId, amount } = value;
    return { idempotencyKey, spend: { accountId, amount } };
  }
  const { idempotencyKey: key, ...usage } = (value ?? {}) as { idempotencyKey?: unknown };
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key) && isPlainUsage(usage))
    return { idempotencyKey: key, spend: ofUsage(usage) };
  const { idempotencyKey, ...spend } = validated(SpendBatchItem, value, MAX_ITEM_ERRORS);
  return { idempotencyKey, spend: toSpend(spend) };
}

/**
 * The items of a batch, of which nothing is known yet: what one of them holds is judged apart. @throws ValidationFailed
 */
export function itemsOf(body: unknown): unknown[] {
  if (isPlainBatch(body)) return body.items;
  const items = (body as { items?: unknown } | null | undefined)?.items;
  // Not the items themselves, which would fail the whole request and would be copied with all that is in them.
  const request = Array.isArray(items) ? { ...(body as object), items: items.map(() => null) } : (body ?? {});
  validated(SpendBatchBody, request);
  return items as unknown[];
}
