import { isUtf8 } from 'node:buffer';
import { MalformedJson } from './http.problems.js';

/**
 * The JSON value of a body, or undefined when the body is empty: a write whose fields are all optional may be sent
 * without one, also by a client that always names a content type. @throws MalformedJson
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new MalformedJson('is not UTF-8');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new MalformedJson();
  }
}
