import { type DynamicModule, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LoggerModule, Logger as PinoNestLogger } from 'nestjs-pino';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { rfc3339 } from '../../kernel/clock.js';
import { requestContext } from '../../kernel/request-context.js';

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

/** Some fifteen lines of requests. */
const BUFFERED_BYTES = 3_072;
/** What a pipe takes in one piece: lines of several processes that share it never mix. */
const MAX_WRITE_BYTES = 4_096;
/** How long a line waits for others at the most. */
const FLUSH_EVERY_MS = 100;

/**
 * Where both loggers write: standard output, some lines at a time, since a call of the system for each takes longer
 * than making it. What waits is written when the process ends, unless it is killed.
 */
export function standardOutput(): DestinationStream {
  return destination({
    dest: 1,
    sync: false,
    minLength: BUFFERED_BYTES,
    maxWrite: MAX_WRITE_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
  });
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

/** Nest's own lines go the same way. The line per request is written by `RequestLog`, so no middleware is needed. */
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

/**
 * Where the line of each request goes, in the form of all other lines. It is written out here, since its few fields are
 * named and hold no secret: by way of the logger it takes three times as long, and makes several kilobytes of garbage.
 */
export class RequestLog {
  private readonly leastLevel: number;

  /** Lines below `level` are left out. */
  constructor(
    level: string,
    private readonly output: DestinationStream,
  ) {
    this.leastLevel = levelOf(level);
  }

  /** One line per request, of what identifies no customer and holds no secret: the route instead of the address. */
  note(request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): void {
    const route = request.routeOptions.url;
    const level = statusCode >= 500 ? 'error' : route !== undefined && QUIET_ROUTES.has(route) ? 'debug' : 'info';
    if (levelOf(level) < this.leastLevel) return;
    this.output.write(
      `{"level":"${level}","time":"${rfc3339(new Date())}","requestId":${JSON.stringify(request.id)},` +
        `"method":${JSON.stringify(request.method)},${route === undefined ? '' : `"route":${JSON.stringify(route)},`}` +
        `"status":${statusCode},"durationMs":${Math.round(elapsedTime * 100) / 100},"msg":"request"}\n`,
    );
  }
}

/** `silent` is above all. */
function levelOf(level: string): number {
  return pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
}
