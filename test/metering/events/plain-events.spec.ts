import fc from 'fast-check';
import { validated } from '../../../src/http/input/validation.pipe.js';
import { isPlainEvent } from '../../../src/metering/events/event-of.js';
import { UsageEventBody } from '../../../src/metering/events/usage-event.dto.js';

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
