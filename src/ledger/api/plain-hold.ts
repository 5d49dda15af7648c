import { validated } from '../../http/input/validation.pipe.js';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { isPlainAmount } from '../commands/plain-spend.js';
import { CaptureHoldBody, HOLD_SECONDS, HoldBody } from './holds.dto.js';

// Holds and captures in their simplest form, as `plain-spend.ts` has it of spends: whatever is not, valid or not, goes
// the general way; a test holds the two against each other.

export function isPlainHold(value: unknown): value is HoldBody {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (name !== 'accountId' && name !== 'amount' && name !== 'expiresInSeconds') return false;
  const { accountId, amount, expiresInSeconds } = value as Partial<Record<keyof HoldBody, unknown>>;
  return (
    typeof accountId === 'string' &&
    ACCOUNT_ID_PATTERN.test(accountId) &&
    isPlainAmount(amount) &&
    (expiresInSeconds === undefined || isPlainTime(expiresInSeconds))
  );
}

function isPlainTime(seconds: unknown): boolean {
  return (
    typeof seconds === 'number' &&
    Number.isInteger(seconds) &&
    seconds >= HOLD_SECONDS.min &&
    seconds <= HOLD_SECONDS.max
  );
}

export function isPlainCapture(value: unknown): value is CaptureHoldBody {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (name !== 'amount' && name !== 'final') return false;
  const { amount, final } = value as Partial<Record<keyof CaptureHoldBody, unknown>>;
  return isPlainAmount(amount) && (final === undefined || typeof final === 'boolean');
}

/** The body of a hold, validated. @throws ValidationFailed */
export function holdOf(body: unknown): HoldBody {
  return isPlainHold(body) ? body : validated(HoldBody, body === undefined ? {} : body);
}

/** The body of a capture, validated. @throws ValidationFailed */
export function captureOf(body: unknown): CaptureHoldBody {
  return isPlainCapture(body) ? body : validated(CaptureHoldBody, body === undefined ? {} : body);
}
