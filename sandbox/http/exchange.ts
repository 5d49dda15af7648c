import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that has arrived in full, and the way to answer it. */
export interface Exchange {
  method: string;
  path: string;
  /** What stands behind the question mark. */
  query: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Aborted when nobody waits for the answer any more. */
  gone: AbortSignal;
  /** Answers once. */
  send(status: number, headers: Record<string, string>, body: string): void;
  /** Announces the whole answer and ends the connection in the middle of it. */
  sendHalf(status: number, headers: Record<string, string>, body: string): void;
  /** Ends the connection without an answer. */
  cut(): void;
}

export class BodyTooLarge extends Error {}

const maxBodyBytes = 1024 * 1024;

export async function openExchange(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  return {
    method: request.method ?? 'GET',
    path,
    query: storable(query.join('?')),
    headers: request.headers,
    body: storable(await readBody(request)),
    gone: gone.signal,
    send: (status, headers, body) => {
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    },
    sendHalf: (status, headers, body) => {
      const bytes = Buffer.from(body);
      response.writeHead(status, { ...headers, 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
    },
    cut: () => request.socket.destroy(),
  };
}

/** A form in which a replacement stands for every NUL character, which Postgres cannot hold. */
const storable = (form: string): string => form.replace(/%00|\0/g, '%EF%BF%BD');

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new BodyTooLarge(`A body may have up to ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers JSON that is no part of Stripe's API. */
export function sendJson(exchange: Exchange, status: number, body: object): void {
  exchange.send(status, { 'content-type': 'application/json; charset=utf-8' }, `${JSON.stringify(body, null, 2)}\n`);
}
