import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type FieldError, ValidationFailed } from '../../http/problems/http.problems.js';
import { READ_ATTRIBUTES } from './usage-event.dto.js';

/** An event whose attributes are headers, and whose data is the body. */
const NAMES = READ_ATTRIBUTES.filter((name) => name !== 'data' && name !== 'data_base64');
/** What every event has. A request with any of them is meant to be one. */
const NEEDED = ['specversion', 'id', 'source', 'type'];

const QUOTED = /^"(.*)"$/s;

export function isBinaryMode({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return NEEDED.some((name) => headers[`ce-${name}`] !== undefined);
}

/** The CloudEvent of a request in binary mode, as JSON would hold it. @throws ValidationFailed */
export function eventOfHeaders(request: Pick<IncomingMessage, 'headersDistinct'>, data: unknown): object {
  const errors: FieldError[] = [];
  const event: Record<string, unknown> = { data };
  for (const name of NAMES) {
    const header = `ce-${name}`;
    const [value, ...others] = request.headersDistinct[header] ?? [];
    if (value === undefined) continue;
    const text = others.length === 0 ? textOfHeader(value) : undefined;
    if (text !== undefined) event[name] = text;
    else errors.push({ pointer: `/${header}`, detail: 'must be sent once, percent-encoded UTF-8', in: 'header' });
  }
  if (errors.length > 0) throw new ValidationFailed({ errors });
  return event;
}

/** Faults of such an event, where its sender finds them: in a header, or in the body. */
export function inBinaryMode({ facts }: ValidationFailed): ValidationFailed {
  return new ValidationFailed({
    errors: facts.errors.map(({ pointer, detail }) =>
      pointer === '/data' || pointer.startsWith('/data/')
        ? { pointer: pointer.slice('/data'.length), detail }
        : { pointer: `/ce-${pointer.slice(1)}`, detail, in: 'header' as const },
    ),
  });
}

/**
 * The text of a header: quotes of earlier versions of the standard are taken off, then it is percent-decoded once.
 * Undefined where that gives no UTF-8. Node has read each byte as one character.
 */
function textOfHeader(value: string): string | undefined {
  const text = QUOTED.exec(value)?.[1]?.replace(/\\(.)/g, '$1') ?? value;
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const decoded = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const bytes = Buffer.from(decoded, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
