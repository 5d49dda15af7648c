import { validated } from '../../http/input/validation.pipe.js';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { arePlainLines, isPlainLine } from '../../ledger/usage/plain-usage.js';
import { toUsedLine } from '../../ledger/usage/spend-requests.js';
import type { UsageEvent } from '../../ledger/usage/usage-events.js';
import { METER_KEY_PATTERN, METER_KEY_SENTENCE } from '../../rating/fields.js';
import { usageLinesOf } from '../../rating/lines.dto.js';
import type { UsageLine } from '../../rating/pricing/price-lines.js';
import { READ_ATTRIBUTES, type UsageDataBody, UsageEventBody } from './usage-event.dto.js';
import { usageInstantOf } from './usage-instant.js';

/** An event has at most so many faults in an answer, which holds a verdict for each of a thousand. */
const MAX_EVENT_ERRORS = 10;

/** Visible ASCII without blanks, as most names are. */
const PLAIN = /^[\x21-\x7e]{1,255}$/;

type Attributes = Readonly<Record<string, unknown>>;

/**
 * The event that a CloudEvent in JSON is. A type that begins with `typePrefix` names a meter by the rest of it.
 * @throws ValidationFailed
 */
export function eventOf(value: unknown, typePrefix: string): UsageEvent {
  const read = readAttributes(value);
  const body = isPlainEvent(read) ? read : validated(UsageEventBody, read, MAX_EVENT_ERRORS);
  const { subject: accountId, source, id, type, time, data } = body;
  const usedAt = time === undefined ? undefined : usageInstantOf(time);
  return {
    ...{ accountId, source, id, type, isOfLines: data.lines !== undefined },
    ...(usedAt !== undefined && { time: usedAt }),
    lines: linesOf(data, type.startsWith(typePrefix) ? type.slice(typePrefix.length) : type).map(toUsedLine),
  };
}

/** Null is as good as left out, says the JSON format of CloudEvents. @throws ValidationFailed */
function readAttributes(value: unknown): Attributes {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw ValidationFailed.at('', 'must be a JSON object');
  const read: Record<string, unknown> = {};
  for (const name of READ_ATTRIBUTES) {
    const attribute: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    if (attribute !== undefined && attribute !== null) read[name] = attribute;
  }
  return read;
}

/**
 * Whether an event is in its simplest form. As with spends, whatever is not, valid or not, goes the general way, which
 * takes ten times as long; a test holds the two against each other.
 */
export function isPlainEvent(read: Attributes): read is Attributes & UsageEventBody {
  const { specversion, id, source, type, subject, time, datacontenttype, data } = read;
  return (
    specversion === '1.0' &&
    isPlainName(id) &&
    isPlainName(source) &&
    isPlainName(type) &&
    typeof subject === 'string' &&
    ACCOUNT_ID_PATTERN.test(subject) &&
    (time === undefined || (typeof time === 'string' && usageInstantOf(time) !== undefined)) &&
    (datacontenttype === undefined || datacontenttype === 'application/json') &&
    read.data_base64 === undefined &&
    isPlainData(data)
  );
}

function isPlainName(text: unknown): boolean {
  return typeof text === 'string' && PLAIN.test(text);
}

function isPlainData(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  if (!('lines' in data)) return isPlainLine(data, { isOfType: true });
  for (const name in data) if (name !== 'lines') return false;
  return arePlainLines(data.lines);
}

/** @throws ValidationFailed for both forms of usage at once, for neither, and for a type that names no meter */
function linesOf({ quantity, dimensions, lines }: UsageDataBody, meter: string): UsageLine[] {
  if (lines === undefined) {
    if (quantity === undefined) throw ValidationFailed.at('/data', 'must have a quantity, or lines');
    if (!METER_KEY_PATTERN.test(meter))
      throw ValidationFailed.at('/type', `names a meter, which ${METER_KEY_SENTENCE}`);
    return usageLinesOf({ meter, quantity, dimensions });
  }
  const foreign = Object.entries({ quantity, dimensions }).filter(([, value]) => value !== undefined);
  if (foreign.length === 0) return usageLinesOf({ lines });
  throw new ValidationFailed({
    errors: foreign.map(([name]) => ({ pointer: `/data/${name}`, detail: 'must be left out with lines' })),
  });
}
