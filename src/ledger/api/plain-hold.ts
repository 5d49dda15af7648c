import { validated } from '../../http/input/validation.pipe.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { usageLinesOf } from '../../rating/lines.dto.js';
import { NO_QUANTITY, quantityOf, quantityText } from '../../rating/pricing/quantity.js';
import { isPlainAmount } from '../commands/plain-spend.js';
import { linesWithout } from '../usage/amount-or-lines.js';
import { OVERAGES } from '../usage/holds/capture-forms.js';
import type { PlainCapture, PlainHold, UsageCapture, UsageHold } from '../usage/holds/hold-requests.js';
import { arePlainLines, isPlainUsage } from '../usage/plain-usage.js';
import { toUsedLine } from '../usage/spend-requests.js';
import { CaptureHoldBody, HOLD_SECONDS, HoldBody } from './holds.dto.js';

// Holds and captures in their simplest form, as `plain-spend.ts` has it of spends: whatever is not, valid or not, goes
// the general way; a test holds the two against each other.

export function isPlainHold(value: unknown): value is PlainHold {
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

function isPlainTime(seconds: unknown): seconds is number {
  return (
    typeof seconds === 'number' &&
    Number.isInteger(seconds) &&
    seconds >= HOLD_SECONDS.min &&
    seconds <= HOLD_SECONDS.max
  );
}

export function isPlainCapture(value: unknown): value is PlainCapture {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (name !== 'amount' && name !== 'final') return false;
  const { amount, final } = value as Partial<Record<keyof CaptureHoldBody, unknown>>;
  return isPlainAmount(amount) && (final === undefined || typeof final === 'boolean');
}

/** A capture of a list of lines, or of a quantity. */
export function isPlainUsageCapture(value: unknown): value is CaptureHoldBody {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value)
    if (name !== 'quantity' && name !== 'lines' && name !== 'final' && name !== 'overage') return false;
  const { quantity, lines, final, overage } = value as Partial<Record<keyof CaptureHoldBody, unknown>>;
  if (final !== undefined && typeof final !== 'boolean') return false;
  if (overage !== undefined && !(OVERAGES as readonly unknown[]).includes(overage)) return false;
  return lines === undefined ? quantityOf(quantity) !== undefined : quantity === undefined && arePlainLines(lines);
}

/** The body of a hold, validated. @throws ValidationFailed */
export function holdOf(body: unknown): PlainHold | UsageHold {
  if (isPlainHold(body)) return body;
  const { expiresInSeconds, ...usage } = (body ?? {}) as { expiresInSeconds?: unknown };
  if ((expiresInSeconds === undefined || isPlainTime(expiresInSeconds)) && isPlainUsage(usage)) {
    const { accountId, ...lines } = usage;
    return { accountId, ...timeOf(expiresInSeconds), lines: usageLinesOf(lines).map(toUsedLine) };
  }
  return toHold(validated(HoldBody, body === undefined ? {} : body));
}

/** @throws ValidationFailed where it is not of an amount or of usage alone */
function toHold({ accountId, amount, expiresInSeconds, ...usage }: HoldBody): PlainHold | UsageHold {
  const lines = linesWithout(amount, usage);
  const said = { accountId, ...timeOf(expiresInSeconds) };
  return lines === undefined ? { ...said, amount: amount as number } : { ...said, lines };
}

function timeOf(expiresInSeconds: number | undefined): { expiresInSeconds?: number } {
  return expiresInSeconds === undefined ? {} : { expiresInSeconds };
}

/** The body of a capture, validated. @throws ValidationFailed */
export function captureOf(body: unknown): PlainCapture | UsageCapture {
  if (isPlainCapture(body)) return body;
  return toCapture(isPlainUsageCapture(body) ? body : validated(CaptureHoldBody, body === undefined ? {} : body));
}

/** @throws ValidationFailed where it is not of exactly one of amount, lines and a quantity */
function toCapture({ amount, lines, quantity, final, overage }: CaptureHoldBody): PlainCapture | UsageCapture {
  const said = { ...(final !== undefined && { final }), ...(overage !== undefined && { overage }) };
  const named = Object.entries({ amount, lines, quantity }).flatMap(([field, value]) =>
    value === undefined ? [] : [field],
  );
  const [first, ...others] = named;
  if (first === undefined) throw ValidationFailed.at('/amount', 'is required without lines or a quantity');
  if (others.length > 0)
    throw new ValidationFailed({
      errors: others.map((field) => ({ pointer: `/${field}`, detail: `must be left out with ${first}` })),
    });
  if (amount !== undefined) return { amount, ...said };
  if (lines !== undefined) return { lines: usageLinesOf({ lines }).map(toUsedLine), ...said };
  return { quantity: quantityText(quantityOf(quantity) ?? NO_QUANTITY), ...said };
}
