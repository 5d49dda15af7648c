import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiDocument } from '../../../src/http/openapi/open-api.js';
import { AnswerCheck, type Asked } from './answer-check.js';

/** What answers of this process were not as described, until a test is told. */
const faults: string[] = [];

/** The faults since it was last asked. */
export function takeFaults(): string[] {
  return faults.splice(0);
}

const checks = new WeakMap<object, AnswerCheck>();
/** The whole service describes itself alike at every start. */
let checkOfService: AnswerCheck | undefined;

/** Holds every answer of the whole service against its description, whoever asked. */
export function checkAnswersOf(app: NestFastifyApplication): void {
  watch(app, () => {
    checkOfService ??= new AnswerCheck(openApiDocument(app));
    return checkOfService;
  });
}

/** The same for an application of some rooms, which describes itself in its own way. */
export function checkAnswersOfRooms(app: NestFastifyApplication): void {
  watch(app, () => {
    const check = checks.get(app) ?? new AnswerCheck(openApiDocument(app));
    checks.set(app, check);
    return check;
  });
}

let checkOfProcess: Promise<AnswerCheck> | undefined;

/** The same for one answer of a service in a process of its own, which describes itself. */
export async function checkAnswerOf(baseUrl: string, asked: Asked, response: Response, text: string): Promise<void> {
  checkOfProcess ??= fetch(`${baseUrl}/openapi.json`).then(
    async (description) => new AnswerCheck((await description.json()) as OpenAPIObject),
  );
  const check = await checkOfProcess.catch(() => undefined);
  // It was killed before it could describe itself: the next one is asked.
  if (check === undefined) checkOfProcess = undefined;
  else {
    const headers = Object.fromEntries(response.headers);
    faults.push(...check.faultsOf(asked, { status: response.status, headers, body: Buffer.from(text) }));
  }
}

/**
 * Listens on the server itself, so that it sees what browsers, child processes and foreign clients are answered too.
 */
function watch(app: NestFastifyApplication, check: () => AnswerCheck): void {
  const server: Server = app.getHttpServer();
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    const headers: OutgoingHttpHeaders = {};
    const { writeHead, write, end } = response;
    const keep = (chunk: unknown) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string));
    };
    response.writeHead = ((status: number, ...given: unknown[]) => {
      for (const [name, value] of Object.entries(given.at(-1) ?? {})) headers[name.toLowerCase()] = value as string;
      return writeHead.call(response, status, ...(given as [OutgoingHttpHeaders]));
    }) as typeof response.writeHead;
    response.write = ((...given: unknown[]) => {
      keep(given[0]);
      return write.apply(response, given as Parameters<typeof write>);
    }) as typeof response.write;
    response.end = ((...given: unknown[]) => {
      keep(given[0]);
      const body = Buffer.concat(chunks);
      const answer = { status: response.statusCode, headers: { ...response.getHeaders(), ...headers }, body };
      try {
        faults.push(...check().faultsOf({ method: request.method ?? '', url: request.url ?? '' }, answer));
      } catch (error) {
        faults.push(`${request.method} ${request.url} could not be checked: ${error}`);
      }
      return (end as (...given: unknown[]) => ServerResponse).apply(response, given);
    }) as typeof response.end;
  });
}
