import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiDocument } from '../../src/http/openapi/open-api.js';
import { AnswerCheck } from '../support/runner/answer-check.js';
import { type Rooms, startRooms } from './rooms.js';

let rooms: Rooms;
let check: AnswerCheck;
beforeAll(async () => {
  rooms = await startRooms();
  check = new AnswerCheck(openApiDocument(rooms.app) as OpenAPIObject);
});
afterAll(() => rooms.stop());

const ACCOUNT = {
  id: 'ada',
  email: null,
  name: 'Ada',
  metadata: {},
  hasPaymentMethod: false,
  createdAt: '2026-11-21T09:30:00.000Z',
  updatedAt: '2026-11-21T09:30:00.000Z',
};
const NOT_FOUND = {
  type: '/problems/account-not-found',
  title: 'No such account',
  status: 404,
  detail: 'There is no account ada.',
  requestId: 'req_1',
  accountId: 'ada',
};

function faultsOf(
  status: number,
  body: object,
  headers: Record<string, string> = {},
  url = '/v1/accounts/ada',
): string[] {
  const type = status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8';
  const answer = { 'content-type': type, 'x-request-id': 'req_1', ...headers };
  return check.faultsOf({ method: 'GET', url }, { status, headers: answer, body: Buffer.from(JSON.stringify(body)) });
}

it('finds nothing in what is as described', () => {
  expect(faultsOf(200, ACCOUNT)).toEqual([]);
  expect(faultsOf(404, NOT_FOUND)).toEqual([]);
});

it.each([
  ['a field that is not described', 200, { ...ACCOUNT, age: 36 }, {}, '"additionalProperty":"age"'],
  ['a field that is missing', 200, { ...ACCOUNT, name: undefined }, {}, "'name'"],
  ['null where it may not be', 200, { ...ACCOUNT, id: null }, {}, 'Account/id must be string'],
  ['a status that is not described', 202, ACCOUNT, {}, 'this status is not described for getAccount'],
  ['another content type', 200, ACCOUNT, { 'content-type': 'text/plain' }, 'text/plain is not described'],
  ['a header that is not described', 200, ACCOUNT, { 'retry-after': '1' }, 'the header retry-after is not described'],
  [
    'a problem of another kind',
    404,
    { ...NOT_FOUND, type: '/problems/order-not-found' },
    {},
    'AccountNotFoundProblem/type',
  ],
  ['a fact that is not described', 404, { ...NOT_FOUND, orderId: 'ord_1' }, {}, '"additionalProperty":"orderId"'],
])('tells %s', (_what, status, body, headers, fault) => {
  expect(faultsOf(status, body, headers).join()).toContain(fault);
});

it('tells an address that is not described, and a header that is missing', () => {
  expect(faultsOf(200, ACCOUNT, {}, '/v1/secrets').join()).toContain('this address is not described');
  const answer = {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(ACCOUNT)),
  };
  expect(check.faultsOf({ method: 'GET', url: '/v1/accounts/ada' }, answer).join()).toContain(
    'x-request-id is missing',
  );
});
