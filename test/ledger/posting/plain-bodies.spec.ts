import fc from 'fast-check';
import { validated } from '../../../src/http/input/validation.pipe.js';
import { ValidationFailed } from '../../../src/http/problems/http.problems.js';
import { CaptureHoldBody, HoldBody } from '../../../src/ledger/api/holds.dto.js';
import {
  captureOf,
  holdOf,
  isPlainCapture,
  isPlainHold,
  isPlainUsageCapture,
} from '../../../src/ledger/api/plain-hold.js';
import { SpendBatchBody, SpendBatchItem, SpendBody } from '../../../src/ledger/api/spends.dto.js';
import { isPlainBatch, isPlainItem, isPlainSpend, itemOf, spendOf } from '../../../src/ledger/commands/plain-spend.js';
import { isPlainUsage } from '../../../src/ledger/usage/plain-usage.js';

const accountId = fc.oneof(fc.constantFrom('ada', 'a'.repeat(129), '', 'a b', 'a\0'), fc.anything());
const amount = fc.oneof(fc.constantFrom(1, 0, -1, 1.5, 900_000_000_000, 900_000_000_001, '5', 2 ** 53), fc.anything());
const idempotencyKey = fc.oneof(fc.constantFrom('k', 'k'.repeat(256), '', 'a b', 'ä'), fc.string(), fc.anything());
const extra = fc.oneof(
  fc.constant({}),
  fc.record({ metadata: fc.anything() }),
  fc.dictionary(fc.string(), fc.anything()),
);
const manyRuns = { numRuns: 2_000 };

describe('a spend in its simplest form', () => {
  it('is never one that the general validation would refuse', () => {
    const value = fc.oneof(
      fc
        .tuple(fc.record({ accountId, amount }, { requiredKeys: [] }), extra)
        .map(([spend, more]) => ({ ...spend, ...more })),
      fc.anything(),
    );
    fc.assert(
      fc.property(value, (body) => {
        if (isPlainSpend(body)) expect({ ...validated(SpendBody, body) }).toEqual({ ...body });
      }),
      manyRuns,
    );
  });

  it('is recognised', () => {
    expect(isPlainSpend({ accountId: 'ada', amount: 5 })).toBe(true);
    expect(isPlainSpend({ accountId: 'ada', amount: 5, metadata: {} })).toBe(false);
  });
});

describe('usage in its simplest form', () => {
  const mostly = (good: fc.Arbitrary<unknown>, odd: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: odd });
  const names = fc.constantFrom('kind', 'a.b-c_D', 'constructor', 'valueOf', '__proto__', '1', 'a b', '');
  const texts = fc.constantFrom('a b', 'ä', 'x'.repeat(201), '', '\0', '\ud800');
  const line = fc.record(
    {
      meter: mostly(fc.constantFrom('pages', 'a.b-c_d'), fc.oneof(fc.constantFrom('Pages', ''), fc.anything())),
      quantity: mostly(
        fc.constantFrom(1, '2.50', 0),
        fc.oneof(fc.constantFrom(-1, 1e-10, '1e3', Number.NaN), fc.double(), fc.anything()),
      ),
      dimensions: mostly(
        fc.dictionary(names, mostly(fc.constant('x'), texts), { maxKeys: 2 }),
        fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.anything()),
      ),
    },
    { requiredKeys: ['meter', 'quantity'] },
  );
  const lines = mostly(fc.array(mostly(line, fc.anything()), { minLength: 1, maxLength: 3 }), fc.anything());
  const value = fc
    .tuple(
      fc.record({ accountId: mostly(fc.constant('ada'), accountId) }),
      mostly(fc.oneof(line, fc.record({ lines })), fc.record({ lines: fc.array(line, { maxLength: 21 }) })),
      mostly(fc.constant({}), extra),
    )
    .map(([who, usage, more]) => ({ ...who, ...(usage as object), ...(more as object) }));

  it('is never what the general validation would refuse, and gives what that gives', () => {
    fc.assert(
      fc.property(value, (body) => {
        if (!isPlainUsage(body)) return;
        const { description, ...general } = spendOf({ ...body, description: 'x' });
        expect(spendOf(body)).toEqual(general);
        expect(itemOf({ ...body, idempotencyKey: 'k' })).toEqual({ idempotencyKey: 'k', spend: general });
      }),
      manyRuns,
    );
  });

  it('is recognised', () => {
    const asked = { meter: 'pages', quantity: '2.5', dimensions: { size: 'a4' } };
    expect(isPlainUsage({ accountId: 'ada', ...asked })).toBe(true);
    expect(isPlainUsage({ accountId: 'ada', lines: [asked, { meter: 'pages', quantity: 1 }] })).toBe(true);
    expect(isPlainUsage({ accountId: 'ada', lines: [asked], meter: 'pages' })).toBe(false);
    expect(isPlainUsage({ accountId: 'ada', ...asked, description: 'x' })).toBe(false);
    expect(isPlainUsage({ accountId: 'ada', lines: [] })).toBe(false);
    expect(isPlainUsage({ accountId: 'ada', lines: [[]] })).toBe(false);
  });
});

describe('an item of a batch in its simplest form', () => {
  it('is never one that the general validation would refuse, and gives what that gives', () => {
    const value = fc.oneof(
      fc
        .tuple(fc.record({ accountId, amount, idempotencyKey }, { requiredKeys: [] }), extra)
        .map(([item, more]) => ({ ...item, ...more })),
      fc.anything(),
    );
    fc.assert(
      fc.property(value, (item) => {
        if (!isPlainItem(item)) return;
        const { idempotencyKey: key, ...spend } = validated(SpendBatchItem, item);
        expect(itemOf(item)).toEqual({ idempotencyKey: key, spend });
      }),
      manyRuns,
    );
  });

  it('is recognised', () => {
    expect(isPlainItem({ accountId: 'ada', amount: 5, idempotencyKey: 'k' })).toBe(true);
    expect(isPlainItem({ accountId: 'ada', amount: 5 })).toBe(false);
    expect(isPlainItem({ accountId: 'ada', amount: 5, idempotencyKey: 'k', description: 'x' })).toBe(false);
  });
});

describe('a batch in its simplest form', () => {
  it('is never one that the general validation would refuse', () => {
    const items = fc.oneof(
      fc.array(fc.constant(null), { maxLength: 3 }),
      fc.constantFrom(999, 1_000, 1_001).map((length) => new Array(length).fill(null)),
      fc.anything(),
    );
    const body = fc.oneof(
      fc.tuple(fc.record({ items }, { requiredKeys: [] }), extra).map(([given, more]) => ({ ...given, ...more })),
      fc.anything(),
    );
    fc.assert(
      fc.property(body, (given) => {
        if (!isPlainBatch(given)) return;
        // It judges no items, so any will do.
        validated(SpendBatchBody, { items: given.items.map(() => null) });
      }),
      manyRuns,
    );
  });

  it('is recognised', () => {
    expect(isPlainBatch({ items: ['anything'] })).toBe(true);
    expect(isPlainBatch({ items: [] })).toBe(false);
    expect(isPlainBatch({ items: [1], more: 1 })).toBe(false);
    expect(isPlainBatch([1])).toBe(false);
  });
});

describe('a hold and a capture in their simplest form', () => {
  const expiresInSeconds = fc.oneof(fc.constantFrom(1, 0, 900, 604_800, 604_801, 1.5, '900', null), fc.anything());
  const final = fc.oneof(fc.boolean(), fc.constantFrom('true', 0, null), fc.anything());
  const bodies = (members: fc.Arbitrary<object>) =>
    fc.oneof(
      fc.tuple(members, extra).map(([body, more]) => ({ ...body, ...more })),
      members,
      fc.anything(),
    );

  it('are never what the general validation would refuse, and give what that gives', () => {
    fc.assert(
      fc.property(
        bodies(fc.record({ accountId, amount, expiresInSeconds }, { requiredKeys: [] })),
        bodies(fc.record({ amount, final }, { requiredKeys: [] })),
        (hold, capture) => {
          if (isPlainHold(hold)) expect({ ...validated(HoldBody, hold) }).toEqual({ ...hold });
          if (isPlainCapture(capture)) expect({ ...validated(CaptureHoldBody, capture) }).toEqual({ ...capture });
        },
      ),
      manyRuns,
    );
  });

  it('by usage are never what the general validation would refuse, and give what that gives', () => {
    const quantity = fc.oneof(fc.constantFrom('2.50', 3, 1e-9, '1e3', -1, null), fc.anything());
    const meter = fc.oneof(fc.constantFrom('pages', 'Pages', ''), fc.anything());
    const dimensions = fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.anything());
    const line = fc.record({ meter, quantity, dimensions }, { requiredKeys: [] });
    const lines = fc.oneof(fc.array(fc.oneof(line, fc.anything()), { maxLength: 21 }), fc.anything());
    const overage = fc.oneof(fc.constantFrom('refuse', 'available', 'all', null), fc.anything());
    fc.assert(
      fc.property(bodies(fc.record({ quantity, lines, final, overage }, { requiredKeys: [] })), (capture) => {
        if (!isPlainUsageCapture(capture)) return;
        const general = validated(CaptureHoldBody, capture);
        expect({ ...general, lines: general.lines?.map((line) => ({ ...line })) }).toEqual({ ...capture });
      }),
      manyRuns,
    );
  });

  it('by usage give what the general validation gives', () => {
    const lines = [{ meter: 'pages', quantity: '2.50', dimensions: { b: '1', a: '2' } }];
    const line = { meter: 'pages', quantity: '2.5', dimensions: { a: '2', b: '1' } };
    for (const more of [{}, { expiresInSeconds: 60 }])
      for (const usage of [{ lines }, { ...lines[0] }]) {
        expect(holdOf({ accountId: 'ada', ...usage, ...more })).toEqual({ accountId: 'ada', lines: [line], ...more });
        // Beyond printable characters it is looked at by the general validation.
        const other = JSON.parse(JSON.stringify(usage).replace('"2"', '"ä"'));
        expect(holdOf({ accountId: 'ada', ...other, ...more })).toEqual({
          ...{ accountId: 'ada', lines: [{ ...line, dimensions: { a: 'ä', b: '1' } }] },
          ...more,
        });
      }
    for (const more of [{ expiresInSeconds: 0 }, { expiresInSeconds: null }, { amount: 1 }, { final: true }])
      expect(() => holdOf({ accountId: 'ada', lines, ...more })).toThrow(ValidationFailed);
    expect(captureOf({ quantity: '02.50', overage: 'available' })).toEqual({ quantity: '2.5', overage: 'available' });
    expect(captureOf({ lines, final: false })).toEqual({ lines: [line], final: false });
  });

  it('are recognised', () => {
    expect(isPlainHold({ accountId: 'ada', amount: 5 })).toBe(true);
    expect(isPlainHold({ accountId: 'ada', amount: 5, expiresInSeconds: 60 })).toBe(true);
    expect(isPlainHold({ accountId: 'ada', amount: 5, description: 'x' })).toBe(false);
    expect(isPlainCapture({ amount: 5 })).toBe(true);
    expect(isPlainCapture({ amount: 5, final: false })).toBe(true);
    expect(isPlainCapture({ accountId: 'ada', amount: 5 })).toBe(false);
    const line = { meter: 'pages', quantity: '2.5', dimensions: { size: 'a4' } };
    expect(isPlainUsageCapture({ quantity: 1 })).toBe(true);
    expect(isPlainUsageCapture({ lines: [line, line], final: false, overage: 'available' })).toBe(true);
    expect(isPlainUsageCapture({ lines: [line], quantity: 1 })).toBe(false);
    expect(isPlainUsageCapture({ quantity: 1, meter: 'pages' })).toBe(false);
    expect(isPlainUsageCapture({ final: true })).toBe(false);
  });
});
