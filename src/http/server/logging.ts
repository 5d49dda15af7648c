import { type DynamicModule, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LoggerModule, Logger as PinoNestLogger } from 'nestjs-pino';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { requestContext } from '../../kernel/request-context.js';

/** The logger of the lines that requests leave, next to what else the process has to say. */
export const REQUEST_LOGGER = Symbol('REQUEST_LOGGER');

/**
 * Headers and fields that hold secrets. Requests are logged without headers and bodies; this covers what errors carry
 * along.
 */
const SECRETS = ['authorization', 'cookie', 'stripe-signature', 'idempotency-key'];
const REDACTED = [
  ...SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.headers["${name}"]`, `*.*.headers["${name}"]`]),
  'err.parameters',
  'err.driverError.parameters',
  '*.secretKey',
  '*.webhookSecrets',
];

const FORM = {
  base: undefined,
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label: string) => ({ level: label }) },
};

/** Some twenty lines of requests. */
const BUFFERED_BYTES = 4_096;
/** How long a line waits for others at the most. */
const FLUSH_EVERY_MS = 100;

/**
 * Where both loggers write: standard output, some lines at a time, since a call of the system for each takes longer
 * than making it. What waits is written when the process ends, unless it is killed.
 */
export function standardOutput(): DestinationStream {
  return destination({ dest: 1, sync: false, minLength: BUFFERED_BYTES, periodicFlush: FLUSH_EVERY_MS });
}

/**
 * For the line of a request alone, whose few fields are named there and hold no secret: looking for secrets in them,
 * and for the request that they belong to, would cost five times what the line costs.
 */
export function createRequestLogger(level: string, output: DestinationStream): Logger {
  return pino({ level, ...FORM }, output);
}

/** A logger whose every line names the request that it belongs to, and hides what may not be seen. */
export function createLogger(level: string, output: DestinationStream): Logger {
  return pino(
    {
      level,
      ...FORM,
      mixin: () => {
        const request = requestContext.getStore();
        return request === undefined ? {} : { requestId: request.requestId };
      },
      redact: { paths: REDACTED, censor: '[redacted]' },
    },
    output,
  );
}

/** Nest's own lines go the same way. The line per request is written by `logRequest`, so no middleware is needed. */
export function loggerModule(logger: Logger): DynamicModule {
  return LoggerModule.forRoot({ pinoHttp: { logger }, forRoutes: [] });
}

/** What Nest says about every module and route when it starts. */
const STARTUP = new Set(['NestFactory', 'NestApplication', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/**
 * Nest's lines, in the log's format. Those about modules and routes are of interest only when one looks for a fault.
 */
@Injectable()
export class NestLogger extends PinoNestLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && STARTUP.has(context)) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}

const QUIET_ROUTES = new Set(['/health/live', '/health/ready', '/metrics']);

/** One line per request, of what identifies no customer and holds no secret: the route instead of the address. */
export function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url;
  const level = reply.statusCode >= 500 ? 'error' : route !== undefined && QUIET_ROUTES.has(route) ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  logger[level](
    {
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 100) / 100,
    },
    'request',
  );
}
