import { validated } from '../../http/input/validation.pipe.js';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { SpendBody } from '../api/spends.dto.js';

/**
 * Whether a value is a spend in its simplest form: an account, an amount, and nothing else. On the busiest route this
 * is a tenth of what the general validation costs. Whatever is not, valid or not, goes the general way; a test holds
 * the two against each other.
 */
export function isPlainSpend(value: unknown): value is SpendBody {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (name !== 'accountId' && name !== 'amount') return false;
  const { accountId, amount } = value as { accountId?: unknown; amount?: unknown };
  return (
    typeof accountId === 'string' &&
    ACCOUNT_ID_PATTERN.test(accountId) &&
    typeof amount === 'number' &&
    Number.isInteger(amount) &&
    amount >= 1 &&
    amount <= MAX_REQUEST_CREDITS
  );
}

/** The body of a spend, validated. @throws ValidationFailed */
export function spendOf(body: unknown): SpendBody {
  return isPlainSpend(body) ? body : validated(SpendBody, body ?? {});
}
