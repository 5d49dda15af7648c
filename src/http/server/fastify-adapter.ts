import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.js';
import type { Problem } from '../../kernel/problem.js';
import { requestContext } from '../../kernel/request-context.js';
import { withinTime } from '../../kernel/time-limit.js';
import { checkEncoding, parseJsonBody } from '../input/json-body.js';
import { handOnStream, STREAMED_TYPES } from '../input/streamed-body.js';
import {
  HeadersTooLarge,
  MalformedRequest,
  RequestTimeout,
  RouteNotFound,
  ShuttingDown,
  UnmetExpectation,
  UnsupportedMediaType,
} from '../problems/http.problems.js';
import { pathOf } from '../problems/problem.filter.js';
import { PROBLEM_MEDIA_TYPE, problemJson, sendProblem } from '../problems/problem-answer.js';
import { MAX_BODY_BYTES, problemOf } from '../problems/problem-of.js';
import { noteRoutes } from './allowed-methods.js';
import { OpenConnections } from './open-connections.js';
import { requestIdOf } from './request-context.js';
import { securityHeadersFor } from './security-headers.js';

export interface HttpServerOptions {
  /** Whether `X-Forwarded-*` of a proxy in front is believed. */
  trustProxy: boolean;
  clock: Clock;
  /** How long the handling of a request waits for others, such as Stripe, in all. */
  maxWaitMs: number;
}

/** How long a client may take to send one whole request. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How long a client that was refused may take to read why. */
const LINGER_MS = 1_000;
/** Longer than the longest address that Node accepts, so that the length of an id is judged by its own grammar. */
const MAX_PARAM_LENGTH = 16_384;

const NO_HOST = 'has no header `Host`, which HTTP/1.1 requires';

/** How long a request that is still being received when the server closes may take, to be refused. */
const RECEIVE_WITHIN_MS = 1_000;
/** How long a response may take that waits for nobody but this service and its client. */
const ANSWER_WITHIN_MS = 15_000;

/** Refuses new requests from the moment the application begins to close, while those in flight are finished. */
class DrainingFastifyAdapter extends FastifyAdapter {
  draining = false;
  /** How long a request waits for others, in all. */
  maxWaitMs = 0;
  private readonly connections = new OpenConnections(this.getInstance().server);

  override beforeClose(): void {
    super.beforeClose();
    this.draining = true;
  }

  /** Finishes what was received as a whole, and waits for nothing else; not for ever for clients that do not read. */
  override async close(): Promise<void> {
    const timers = [
      setTimeout(() => this.connections.endUnheard(), RECEIVE_WITHIN_MS),
      setTimeout(() => this.connections.end(), this.maxWaitMs + ANSWER_WITHIN_MS),
    ];
    try {
      await super.close();
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }
}

/**
 * The HTTP server: body limit, JSON only, request ids, security headers, draining, and a problem for whatever it
 * refuses itself.
 */
export function createFastifyAdapter({ trustProxy, clock, maxWaitMs }: HttpServerOptions): FastifyAdapter {
  const adapter = new DrainingFastifyAdapter({
    bodyLimit: MAX_BODY_BYTES,
    trustProxy,
    genReqId: (request: IncomingMessage) => requestIdOf(request, clock),
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    // Node's own refusal has no body.
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(securityHeadersFor(request.url));
      sendProblem(reply, problemOf(error, { method: request.method, path: pathOf(request.url) }), request.id);
    },
    clientErrorHandler: (error: ClientError, socket: Socket) => refuseRawRequest(error, socket, clock),
  });
  adapter.maxWaitMs = maxWaitMs;

  const { server } = adapter.getInstance();
  // Such as no more file descriptors: the connection is lost, and nothing else. What fails before it listens is thrown.
  server.on('error', (error) => {
    if (server.listening) new Logger('Http').warn(`a connection was not taken: ${error.message}`);
  });
  const unmet = new WeakSet<IncomingMessage>();
  server.on('checkExpectation', (request, response) => {
    unmet.add(request);
    server.emit('request', request, response);
  });
  server.on('connect', ({ method = '', url = '' }, socket: Socket) =>
    refuseOnSocket(new RouteNotFound({ method, path: url }), socket, clock),
  );
  noteRoutes(adapter.getInstance());
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id).headers(securityHeadersFor(request.url));
    const { raw } = request;
    if (adapter.draining) done(new ShuttingDown());
    else if (unmet.has(raw)) done(new UnmetExpectation());
    else if (raw.headers.host === undefined && raw.httpVersion !== '1.0') done(new MalformedRequest(NO_HOST));
    else requestContext.run({ requestId: request.id, sinceMs: performance.now() }, () => withinTime(maxWaitMs, done));
  });
  // A connection that stayed open after its last response would hold up the end of the process until it times out.
  adapter.getInstance().addHook('onSend', (_request, reply, payload, done) => {
    if (adapter.draining) reply.header('Connection', 'close');
    done(null, payload);
  });
  adapter.useBodyParser('application/json', true, { bodyLimit: MAX_BODY_BYTES }, (request, body: Buffer, done) => {
    if (body.length > 0) checkEncoding(request.headers);
    done(null, parseJsonBody(body));
  });
  for (const type of STREAMED_TYPES) adapter.getInstance().addContentTypeParser(type, handOnStream);
  // Nest would register a parser for forms otherwise, whose values are all text.
  adapter.useBodyParser('application/x-www-form-urlencoded', false, { bodyLimit: MAX_BODY_BYTES }, () => {
    throw new UnsupportedMediaType();
  });
  adapter.getInstance().removeContentTypeParser('text/plain');
  return adapter;
}

type ClientError = Error & { code?: string };

/** Responds to what Node could not even parse, when there is no request yet, and closes the connection. */
function refuseRawRequest(error: ClientError, socket: Socket, clock: Clock): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuseOnSocket(rawProblemOf(error), socket, clock);
}

function refuseOnSocket(problem: Problem, socket: Socket, clock: Clock): void {
  const requestId = requestIdOf({ headers: {} } as IncomingMessage, clock);
  const body = problemJson(problem, requestId);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Node looks after a connection no more that it could not read. One that the client never closes would stay.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function rawProblemOf(error: ClientError): Problem {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeout();
  return new MalformedRequest();
}
