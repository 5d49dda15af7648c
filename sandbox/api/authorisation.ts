import { ApiError } from './errors.js';

/** Lets every `sk_test_…` key in, by Bearer or as the user name of Basic, and tells the others why not. */
export function checkSecretKey(header: string | undefined): void {
  const key = keyIn(header);
  if (key === undefined) {
    throw unauthorised(
      'You did not provide an API key. You need to provide your API key in the Authorization header, ' +
        "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (/^(sk|rk)_live_/.test(key)) {
    throw unauthorised('A live key was sent to the sandbox, which takes test keys alone. It was not kept.');
  }
  if (!/^sk_test_\w+$/.test(key)) throw unauthorised(`Invalid API Key provided: ${masked(key)}`);
}

function keyIn(header: string | undefined): string | undefined {
  const [, scheme, value = ''] = header?.match(/^(Bearer|Basic)\s+(\S+)\s*$/i) ?? [];
  if (scheme === undefined) return undefined;
  return scheme.toLowerCase() === 'bearer' ? value : Buffer.from(value, 'base64').toString('utf8').split(':')[0];
}

const masked = (key: string): string => `${key.slice(0, 8)}${'*'.repeat(Math.max(0, Math.min(key.length, 40) - 12))}`;

const unauthorised = (message: string): ApiError => new ApiError(401, { type: 'invalid_request_error', message });
