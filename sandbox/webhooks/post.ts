import * as http from 'node:http';
import * as https from 'node:https';

const timeoutMs = 10_000;

/**
 * Posts a body and returns the status. A connection of its own for every attempt, so that none is found closed by the
 * other side. Redirects are not followed. Throws when no answer came in time.
 */
export function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
