import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request that has arrived in full, and the way to answer it. */
export interface Exchange {
  method: string;
  path: string;
  /** What stands behind the question mark. */
  query: string;
  headers: FastifyRequest['headers'];
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

export function exchangeOf(request: FastifyRequest, reply: FastifyReply): Exchange {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const [path = '/', ...query] = request.originalUrl.split('?');
  return {
    method: request.method,
    path,
    query: storable(query.join('?')),
    headers: request.headers,
    body: storable(typeof request.body === 'string' ? request.body : ''),
    gone: gone.signal,
    send: (status, headers, body) => {
      // Bytes are sent as they are, and headers with them.
      reply
        .code(status)
        .headers(headers)
        .send(body === '' ? undefined : Buffer.from(body));
    },
    sendHalf: (status, headers, body) => {
      const bytes = Buffer.from(body);
      reply.hijack();
      reply.raw.writeHead(status, { ...headers, 'content-length': bytes.length });
      reply.raw.write(bytes.subarray(0, bytes.length / 2), () => request.socket.destroy());
    },
    cut: () => {
      reply.hijack();
      request.socket.destroy();
    },
  };
}

/** A form in which a replacement stands for every NUL character, which Postgres cannot hold. */
const storable = (form: string): string => form.replace(/%00|\0/g, '%EF%BF%BD');

/** Sends JSON that is no part of Stripe's API. */
export function sendJson(exchange: Exchange, status: number, body: object): void {
  exchange.send(status, { 'content-type': 'application/json; charset=utf-8' }, `${JSON.stringify(body, null, 2)}\n`);
}
