import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { MalformedJson, UnsupportedMediaType } from '../problems/http.problems.js';
import { parseExactly } from './exact-numbers.js';
import { boundJson } from './json-size.js';

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;
const READ_CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii']);

/** Whether the bytes of a body are what is read here: UTF-8, as they are. @throws UnsupportedMediaType */
export function checkEncoding(headers: IncomingHttpHeaders): void {
  const { 'content-type': type = '', 'content-encoding': packing = 'identity' } = headers;
  const charset = type.includes(';') ? CHARSET.exec(type)?.[1] : undefined;
  if (charset !== undefined && !READ_CHARSETS.has(charset.toLowerCase()))
    throw new UnsupportedMediaType('must be in UTF-8, and its Content-Type says another charset');
  if (packing.toLowerCase() !== 'identity')
    throw new UnsupportedMediaType('must be sent as it is, without Content-Encoding');
}

/**
 * The JSON value of a body, or undefined when the body is empty: a write whose fields are all optional may be sent
 * without one, also by a client that always names a content type. @throws MalformedJson, ValidationFailed when parsing
 * it would take too long
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new MalformedJson('is not UTF-8');
  boundJson(body);
  try {
    return parseExactly(body.toString('utf8'));
  } catch (error) {
    throw new MalformedJson(placeOf(error));
  }
}

/** Where Node says that JSON ends. It shows a part of the body in some of its sentences, so nothing else is taken. */
function placeOf(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  if (message === 'Unexpected end of JSON input') return 'ends before its JSON does';
  const place = / at position (\d+) \(line (\d+) column (\d+)\)$/.exec(message);
  return place === null ? undefined : `is not JSON at line ${place[2]}, column ${place[3]} (position ${place[1]})`;
}
