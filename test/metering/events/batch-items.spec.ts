import fc from 'fast-check';
import { BatchItems, TOO_LARGE } from '../../../src/metering/events/batch-items.js';

/** The items of a list whose bytes arrive in parts of these lengths, over and over. */
function itemsOf(text: string, lengths: readonly number[], maxBytes = 1_000): (string | symbol)[] {
  const bytes = Buffer.from(text);
  const reader = new BatchItems(maxBytes);
  const items: (string | symbol)[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (lengths[turn % lengths.length] ?? 1);
    for (const item of reader.push(Buffer.from(bytes.subarray(at, end))))
      items.push(item === TOO_LARGE ? TOO_LARGE : item.toString());
    at = end;
  }
  reader.end();
  return items;
}

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

it('finds the items of any list, however it is cut and written', () => {
  const blank = fc.constantFrom(undefined, 1, '\t', ' \n ');
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), lengths, blank, (values, cuts, indent) => {
      const text = JSON.stringify(values, undefined, indent);
      const items = itemsOf(text, cuts, text.length * 3);
      expect(items.map((item) => JSON.parse(String(item)))).toEqual(JSON.parse(JSON.stringify(values)));
    }),
  );
});

it('of an item that is too large keeps nothing, and goes on behind it', () => {
  const large = JSON.stringify({ text: ',"]}'.repeat(40) });
  fc.assert(
    fc.property(lengths, (cuts) => {
      expect(itemsOf(`[1,${large},${'9'.repeat(50)},2 ]`, cuts, 50)).toEqual(['1', TOO_LARGE, '9'.repeat(50), '2 ']);
    }),
  );
});
