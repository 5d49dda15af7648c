import type { Readable } from 'node:stream';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { UnsupportedMediaType } from '../problems/http.problems.js';
import { checkEncoding } from './json-body.js';

/** Media types whose bodies are handed to their route as they arrive: a batch of events may be larger than others. */
export const STREAMED_TYPES = ['application/cloudevents+json', 'application/cloudevents-batch+json'] as const;

interface StreamedRoute {
  readonly takesStreams?: boolean;
}

/** The route reads bodies of `STREAMED_TYPES` itself. All others refuse them. */
export function TakesStreams(): MethodDecorator {
  return RouteConfig({ takesStreams: true } satisfies StreamedRoute);
}

/** What Fastify does with a body of such a type. */
export function handOnStream(
  request: FastifyRequest,
  body: Readable,
  done: (error: Error | null, body?: Readable) => void,
): void {
  try {
    if ((request.routeOptions.config as StreamedRoute).takesStreams !== true) throw new UnsupportedMediaType();
    checkEncoding(request.headers);
    done(null, body);
  } catch (error) {
    done(error as Error);
  }
}
