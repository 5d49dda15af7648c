import type { Exchange } from '../http/exchange.js';

/** Sends a browser on with a GET, without telling where it came from. */
export const redirect = (exchange: Exchange, location: string): void =>
  exchange.send(303, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }, '');

/** Some sentences of a bank say already what to do. */
export const withAdvice = (message: string): string =>
  /try again/i.test(message) ? message : `${message.replace(/[.]?$/, '.')} Try another card.`;
