import { PutProductBody } from '../../src/catalog/catalog.dto.js';
import { parseJsonBody } from '../../src/http/input/json-body.js';
import { validated } from '../../src/http/input/validation.pipe.js';
import { GrantBody } from '../../src/ledger/api/grants.dto.js';
import { SpendBody } from '../../src/ledger/api/spends.dto.js';
import { RateBody } from '../../src/rating/rates/rates.dto.js';
import { CPU_BOUND_MS, leastCpuMsOf } from '../support/service/cpu-time.js';
import { ProbeController } from './probe.controller.js';
import { type Rooms, startRooms } from './rooms.js';

const MAX_BODY_BYTES = 1_048_576;

/** As many as fit into the largest body that is read. */
function many(textOf: (index: number) => string): string {
  const parts: string[] = [];
  for (let index = 0, length = 0; length < MAX_BODY_BYTES - 400; index += 1) {
    const part = textOf(index);
    parts.push(part);
    length += part.length + 1;
  }
  return parts.join(',');
}

const spend = '"accountId": "ada", "amount": 5';
const names = (count: number, of = '') => Array.from({ length: count }, (_, index) => `"${of}n${index}":0`).join(',');
const list = (count: number, text: string) => `[${Array.from({ length: count }, () => text).join(',')}]`;

const hostile: [what: string, body: string][] = [
  ['90,000 names in metadata', `{${spend}, "metadata": {${names(90_000)}}}`],
  ['60,000 unknown fields', `{${spend}, ${names(60_000)}}`],
  ['174,000 numbers beyond numbers', `{"items": [${many(() => '1e309')}]}`],
  ['half a million values in a list', `{"items": [${many(() => '0')}]}`],
  ['lists of lists', `{${spend}, "items": ${list(60, list(1_000, '0'))}}`],
  ['objects of many shapes', `{"items": [${many((index) => `{"a${index}":0,"b${index}":0}`)}]}`],
  ['many names in many objects', `{"items": ${list(640, `{${names(99)}}`)}, "prices": ${list(640, `{${names(99)}}`)}}`],
  ['lists nested without end', '['.repeat(MAX_BODY_BYTES / 2) + ']'.repeat(MAX_BODY_BYTES / 2)],
  ['objects nested without end', `${'{"a":'.repeat(170_000)}1${'}'.repeat(170_000)}`],
  ['lists that never end', '['.repeat(MAX_BODY_BYTES)],
  ['a text that never ends', `{"accountId": "${'\\"'.repeat(500_000)}`],
  ['a number of a million digits', `{"accountId": "ada", "amount": ${'9'.repeat(1_000_000)}}`],
  ['a name of a million characters', `{${spend}, "${'x'.repeat(1_000_000)}": [${list(100, '1e309')}]}`],
  ['one name a hundred thousand times', `{${many(() => '"amount":5')}}`],
  ['long names around many faults', `${`{"${'x'.repeat(120)}":`.repeat(14)}${list(900, '1e309')}${'}'.repeat(14)}`],
];

describe.each(hostile)('a body with %s', (_what, text) => {
  it.each<new () => object>([SpendBody, GrantBody, PutProductBody, RateBody])(
    'is refused for %p within 100 ms of CPU, with an answer of less than 256 KiB',
    async (dto) => {
      const body = Buffer.from(text);
      let refusal: unknown;
      const cpuMs = await leastCpuMsOf(() => {
        try {
          refusal = validated(dto, parseJsonBody(body));
        } catch (error) {
          refusal = error;
        }
      });
      expect(refusal).toMatchObject({ status: 400 });
      expect(JSON.stringify((refusal as { facts: unknown }).facts).length).toBeLessThan(262_144);
      expect(cpuMs).toBeLessThan(CPU_BOUND_MS);
    },
  );
});

describe('over HTTP', () => {
  let rooms: Rooms;
  beforeAll(async () => {
    rooms = await startRooms({ controllers: [ProbeController] });
  });
  afterAll(() => rooms.stop());

  it.each(hostile)('%s is a problem with a name', async (_what, body) => {
    const reply = await rooms.call('POST', '/v1/probe', body);
    expect(reply.status).toBe(400);
    expect(reply.body.type).toMatch(/^\/problems\/(validation-failed|malformed-json)$/);
  });

  it('names the place of what is too much, and as much as is asked for is taken', async () => {
    const notes = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, 'x']));
    const items = (count: number) => Array.from({ length: count }, () => ({ amountMinor: 1 }));
    const answer = (more: object) => rooms.call('POST', '/v1/probe', { accountId: 'ada', amount: 5, ...more });

    expect((await answer({ metadata: notes(50), items: items(1_000) })).status).toBe(201);
    for (const [more, error] of [
      [{ metadata: notes(101) }, { pointer: '/metadata', detail: 'must not hold more than 100 names' }],
      [{ items: items(1_001) }, { pointer: '/items', detail: 'must not hold more than 1000 items' }],
      [{ more: list(5_000, 'x').split(',') }, { pointer: '/more', detail: 'must not hold more than 1000 items' }],
      [{ metadata: { ['n'.repeat(129)]: 'x' } }, { pointer: '/metadata', detail: expect.stringContaining('128') }],
      [{ more: Array(50).fill(Array(100).fill(0)) }, { pointer: '', detail: 'must not hold more than 5000 values' }],
    ] as const)
      expect((await answer(more)).body.errors).toEqual([error]);
  });

  it('a query of very many names is refused before it is read', async () => {
    const query = Array.from({ length: 2_000 }, (_, index) => `n${index}`).join('&');
    const reply = await rooms.call('GET', `/v1/probe/page?${query}`);
    expect(reply.body.errors).toEqual([{ pointer: '', detail: 'must not hold more than 100 names', in: 'query' }]);
  });
});
