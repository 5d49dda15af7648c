import fc from 'fast-check';
import { parseExactly } from '../../src/http/input/exact-numbers.js';
import { type Rooms, startRooms } from './rooms.js';

it.each([
  ['0.10000000000000000001', Number.NaN],
  ['9007199254740993', Number.NaN],
  ['12345678901234567e0', Number.NaN],
  ['-99999999999.999999999', Number.NaN],
  ['1e-400', Number.NaN],
  ['0.30000000000000000', 0.3],
  ['90071992547409920', 90_071_992_547_409_920],
  ['0.30000000000000004', 0.1 + 0.2],
])('reads %s as %p', (text, number) => {
  expect(parseExactly(`{"a": ${text}}`)).toEqual({ a: number });
});

it('reads everything else as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      expect(parseExactly(json)).toEqual(JSON.parse(json));
    }),
  );
  for (const text of [
    '1e309',
    '-0',
    '1.50',
    '1E3',
    '123456789012345680',
    '5e-324',
    '"123456789012345678901"',
    '[1e-7]',
  ])
    expect(parseExactly(text)).toEqual(JSON.parse(text));
});

describe('over HTTP', () => {
  let rooms: Rooms;
  beforeAll(async () => {
    rooms = await startRooms();
  });
  afterAll(() => rooms.stop());

  it('names the place of a number that would be rounded', async () => {
    const body = '{"kind": "pack", "name": "X", "credits": 5.00000000000000000001, "prices": []}';
    expect((await rooms.call('PUT', '/v1/products/x', body)).body.errors).toEqual([
      { pointer: '/credits', detail: 'has more digits than a JSON number carries: send text where text is allowed' },
    ]);
  });
});
