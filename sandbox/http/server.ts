import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { type Log, reasonOf } from '../log.js';
import { type Exchange, exchangeOf } from './exchange.js';

/** Serves a request; `id` is what stands for `:id` in its path, or empty. */
export type Serve = (exchange: Exchange, id: string) => Promise<void>;

const MAX_BODY_BYTES = 1024 * 1024;
/** An id in a path may be as long as any path. */
const MAX_ID_LENGTH = 16_384;
const KEEP_ALIVE_MS = 5_000;

/** What listens, and leads every request that has arrived in full to who serves it. */
export class HttpServer {
  private readonly running = new Set<Promise<unknown>>();
  private readonly app: FastifyInstance;

  constructor(private readonly log: Log) {
    this.app = fastify({
      bodyLimit: MAX_BODY_BYTES,
      exposeHeadRoutes: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      routerOptions: { maxParamLength: MAX_ID_LENGTH },
      rewriteUrl: ({ url = '/' }) => decodable(url),
    });
    this.app.addHook('onRequest', async ({ raw }) => forgetStrangeType(raw.headers));
    this.app.removeAllContentTypeParsers();
    this.app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    this.app.setErrorHandler((error: FastifyError, request, reply) => this.refuse(error, request, reply));
  }

  /** Serves a path, such as `/v1/customers/:id` or `/c/pay/*`, with one method or with all. */
  on(method: string | 'any', url: string, serve: Serve): void {
    const handler = (request: FastifyRequest, reply: FastifyReply) => this.handle(request, reply, serve);
    if (method === 'any') this.app.all(url, handler);
    else this.app.route({ method, url, handler });
  }

  /** Serves whatever nobody else does. */
  onRest(serve: Serve): void {
    this.app.setNotFoundHandler((request, reply) => this.handle(request, reply, serve));
  }

  /** Returns the port. Rejects with what to do about it when the port is taken. */
  async listen(host: string, port: number): Promise<number> {
    try {
      await this.app.listen({ host, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      const advice = 'Set SANDBOX_PORT to a free one, or stop the program that listens there.';
      throw new Error(`The Stripe sandbox cannot listen on port ${port}, which is already taken. ${advice}`);
    }
    const { server } = this.app;
    server.on('error', (error) =>
      this.log({ level: 'error', message: `a connection was not taken: ${error.message}` }),
    );
    return (server.address() as AddressInfo).port;
  }

  /** Takes no more requests and waits for those that run. */
  async close(): Promise<void> {
    const closed = this.app.close();
    await Promise.allSettled(this.running);
    this.app.server.closeAllConnections();
    await closed;
  }

  private async handle(request: FastifyRequest, reply: FastifyReply, serve: Serve): Promise<unknown> {
    const { id = '' } = (request.params ?? {}) as { id?: string };
    const sent = new Promise((resolve) => reply.raw.once('close', resolve));
    const serving = serve(exchangeOf(request, reply), id);
    const done: Promise<unknown> = Promise.allSettled([serving, sent]).then(() => this.running.delete(done));
    this.running.add(done);
    await serving;
    return reply;
  }

  private refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { statusCode = 500 } = error;
    if (statusCode === 413) return reply.code(413).send(`A body may have up to ${MAX_BODY_BYTES} bytes.`);
    if (statusCode < 500) return reply.code(statusCode).send(error.message);
    if (!request.raw.destroyed || request.raw.complete)
      this.log({ level: 'error', message: `a request failed: ${reasonOf(error)}` });
    return reply.code(500).send();
  }
}

/** A path that cannot be decoded is taken as it stands there: it names nothing that there is. */
function decodable(url: string): string {
  const [path = '', ...query] = url.split('?');
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll('%', '%25'), ...query].join('?');
  }
}

/** Who serves a request refuses a body of a type that is no type in words of its own. */
function forgetStrangeType(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type !== undefined && !/^[^\s/;]+\/[^\s/;]+/.test(type)) delete headers['content-type'];
}
