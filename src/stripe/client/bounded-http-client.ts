import type { IncomingMessage } from 'node:http';
import Stripe from 'stripe';
import { timeLeftMs } from '../../kernel/time-limit.js';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;
type Asked = Parameters<HttpClient['makeRequest']>;

/**
 * The SDK's own client, which ends with the time of the work that asks. The SDK's timeout is one of silence alone: an
 * answer that comes a byte at a time would never reach it, and would keep its connection for as long.
 */
export function createBoundedHttpClient(): HttpClient {
  const client = Stripe.createNodeHttpClient();
  return {
    getClientName: () => client.getClientName(),
    makeRequest: async (...[host, port, path, method, headers, body, protocol, timeoutMs]: Asked) => {
      const leftMs = timeLeftMs();
      if (leftMs === 0) throw new Error('the time of the work that asks is over');
      const limitMs = Math.ceil(Math.min(timeoutMs, leftMs));
      const answer = await client.makeRequest(host, port, path, method, headers, body, protocol, limitMs);
      endInTime(answer.getRawResponse() as IncomingMessage);
      return answer;
    },
  };
}

function endInTime(answer: IncomingMessage): void {
  const leftMs = timeLeftMs();
  if (leftMs === Number.POSITIVE_INFINITY) return;
  const late = setTimeout(() => answer.destroy(new Error('the answer took too long')), leftMs);
  answer.once('close', () => clearTimeout(late));
}
