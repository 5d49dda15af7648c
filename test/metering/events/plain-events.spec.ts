import fc from 'fast-check';
import { validated } from '../../../src/http/input/validation.pipe.js';
import { isPlainEvent } from '../../../src/metering/events/event-of.js';
import { UsageEventBody } from '../../../src/metering/events/usage-event.dto.js';
import { usageInstantOf } from '../../../src/metering/events/usage-instant.js';

const odd = fc.constantFrom<unknown>(undefined, null, '', 'a b', 'ä', 7, {}, [], 'x'.repeat(256), 'a\nb');
const often = (...values: unknown[]) => fc.oneof({ weight: 20, arbitrary: fc.constantFrom<unknown>(...values) }, odd);
const used = { quantity: often(1, 2, '2.5', -1), dimensions: often({ a: 'b' }, { a: 1 }, { toString: 'x' }) };
const line = fc.record({ meter: often('pages'), ...used }, { requiredKeys: ['meter', 'quantity'] });
const quantity = fc.record(used, { requiredKeys: ['quantity'] });
const attributes = fc.record(
  {
    ...{ specversion: often('1.0'), id: often('a'), source: often('/b'), type: often('pages'), subject: often('ada') },
    time: often('2026-11-29T09:30:00Z', '2026-11-29T09:30:00+01:00', '2026-11-29'),
    datacontenttype: often('application/json', 'text/xml'),
    data: fc.oneof(quantity, line, fc.record({ lines: fc.array(line, { maxLength: 2 }) }), odd),
    data_base64: often('e30='),
  },
  { requiredKeys: ['specversion', 'id', 'source', 'type', 'subject', 'data'] },
);

it('an event in its simplest form passes the general validation, and stays as it is', () => {
  let plain = 0;
  fc.assert(
    fc.property(attributes, (event) => {
      if (!isPlainEvent(event)) return;
      plain += 1;
      expect(JSON.parse(JSON.stringify(validated(UsageEventBody, event)))).toEqual(JSON.parse(JSON.stringify(event)));
    }),
    { numRuns: 3_000 },
  );
  expect(plain).toBeGreaterThan(0);
});

it('an event whose data has a name that it should not have is not of the simplest form', () => {
  const event = { specversion: '1.0', id: 'a', source: '/b', type: 'pages', subject: 'ada' };
  const isPlain = (data: object) => isPlainEvent({ ...event, data });
  expect(isPlain({ quantity: 1 }) && isPlain({ lines: [{ meter: 'pages', quantity: 1 }] })).toBe(true);
  for (const name of ['', 'meter', 'accountId', 'lines', 'other']) {
    expect(isPlain({ quantity: 1, [name]: 'pages' })).toBe(false);
    expect(isPlain({ lines: [{ meter: 'pages', quantity: 1 }], [`${name}s`]: 'pages' })).toBe(false);
  }
});

it('an instant as JSON has it is taken as it is, and what looks like one is not', () => {
  const instants = fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(instants, (instant) => {
      const text = instant.toISOString();
      expect([usageInstantOf(text), usageInstantOf(text.replace('Z', '+00:00'))]).toEqual([text, text]);
    }),
  );
  for (const day of ['2026-02-30T12:00:00.000Z', '2026-13-01T12:00:00.000Z', '2026-01-01T24:00:00.000Z'])
    expect(usageInstantOf(day)).toBeUndefined();
  expect(usageInstantOf('2026-01-01t12:00:00.000z')).toBe('2026-01-01T12:00:00.000Z');
});
