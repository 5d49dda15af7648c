import { describeError } from '../../jobs/describe-error.js';
import { AddressRefused } from './read-address.js';

/** Of the system and of undici, as far as more can be said than their own words. */
const SENTENCES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host is not known to the name servers',
  EAI_AGAIN: 'the name servers do not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut off',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network of the host cannot be reached',
  ETIMEDOUT: 'the connection was not taken in time',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not taken in time',
  UND_ERR_SOCKET: 'the connection was cut off',
  UND_ERR_HEADERS_OVERFLOW: 'the answer has more headers than are read',
};

/** What Node calls certificates and handshakes that are wrong. */
const OF_TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO|INVALID_CA)/;

/** Why no answer came to a message, as a sentence for whoever runs the endpoint. */
export function whyNotSent(error: unknown, withinMs: number): string {
  if (error instanceof AddressRefused) return `the address is not allowed: it ${error.message}`;
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return `no answer within ${withinMs / 1000} s`;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = codeOf(first);
  if (OF_TLS.test(code)) return `TLS is not right (${code}): ${describeError(first)}`;
  const sentence = SENTENCES[code];
  return sentence === undefined ? describeError(first) : `${sentence} (${code})`;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
