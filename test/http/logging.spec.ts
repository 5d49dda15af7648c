import fc from 'fast-check';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createLogger, RequestLog } from '../../src/http/server/logging.js';
import { requestContext } from '../../src/kernel/request-context.js';

function recorder(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const output = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, logger: createLogger(level, output), requestLog: new RequestLog(level, output) };
}

it('writes one line per request, without its address, headers or body', () => {
  const { lines, requestLog } = recorder();
  const request = {
    id: 'req_1',
    method: 'GET',
    url: '/v1/accounts/ada@example.com?token=hunter2',
    routeOptions: { url: '/v1/accounts/:accountId' },
    headers: { authorization: 'Bearer sk_secret' },
  } as unknown as FastifyRequest;
  requestLog.note(request, { statusCode: 200, elapsedTime: 1.23456 } as FastifyReply);
  expect(lines).toEqual([
    {
      level: 'info',
      time: expect.any(String),
      requestId: 'req_1',
      method: 'GET',
      route: '/v1/accounts/:accountId',
      status: 200,
      durationMs: 1.23,
      msg: 'request',
    },
  ]);
});

it('is quiet about health', () => {
  const { lines, requestLog } = recorder();
  const request = { id: 'r', method: 'GET', routeOptions: { url: '/health/live' } } as unknown as FastifyRequest;
  requestLog.note(request, { statusCode: 200, elapsedTime: 1 } as FastifyReply);
  expect(lines).toEqual([]);
  requestLog.note(request, { statusCode: 503, elapsedTime: 1 } as FastifyReply);
  expect(lines).toHaveLength(1);
});

it('writes the line of a request as JSON and in one line, whatever its id and route hold', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), fc.integer({ min: 100, max: 599 }), (id, url, status) => {
      const { lines, requestLog } = recorder('debug');
      const request = { id, method: 'GET', routeOptions: { url } } as unknown as FastifyRequest;
      requestLog.note(request, { statusCode: status, elapsedTime: 0.004 } as FastifyReply);
      expect(lines).toMatchObject([{ requestId: id, status, durationMs: 0, ...(url !== undefined && { route: url }) }]);
      expect(lines[0]).toHaveProperty('time', new Date(String(lines[0]?.time)).toISOString());
    }),
  );
});

it.each([
  ['warn', 0, 1],
  ['silent', 0, 0],
  ['info', 1, 1],
])('leaves out what is below the level %s', (level, ofAnswers, ofFaults) => {
  const { lines, requestLog } = recorder(level);
  const request = { id: 'r', method: 'GET', routeOptions: { url: '/v1/holds' } } as unknown as FastifyRequest;
  requestLog.note(request, { statusCode: 200, elapsedTime: 1 } as FastifyReply);
  expect(lines).toHaveLength(ofAnswers);
  requestLog.note(request, { statusCode: 500, elapsedTime: 1 } as FastifyReply);
  expect(lines).toHaveLength(ofAnswers + ofFaults);
});

it('names the request on every line that is written for it', async () => {
  const { lines, logger } = recorder();
  await requestContext.run({ requestId: 'req_2', sinceMs: 0 }, async () => {
    await Promise.resolve();
    logger.info('inside');
  });
  logger.info('outside');
  expect(lines.map((line) => line.requestId)).toEqual(['req_2', undefined]);
});

it('hides secrets that an error or an object carries along', () => {
  const { lines, logger } = recorder();
  const error = Object.assign(new Error('query failed'), {
    parameters: ['sk_secret'],
    driverError: { parameters: ['sk_secret'] },
    headers: { authorization: 'Bearer sk_secret', cookie: 'sk_secret' },
  });
  logger.error({ err: error, authorization: 'Bearer sk_secret' });
  logger.error({
    request: {
      headers: { authorization: 'sk_secret', 'stripe-signature': 'sk_secret', 'idempotency-key': 'sk_secret' },
    },
  });
  logger.error({ config: { secretKey: 'sk_secret', webhookSecrets: ['sk_secret'] } });
  expect(JSON.stringify(lines)).not.toContain('sk_secret');
});
