import { isUtf8 } from 'node:buffer';
import { MalformedJson } from '../problems/http.problems.js';
import { boundJson } from './json-size.js';

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
    return JSON.parse(body.toString('utf8'));
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
