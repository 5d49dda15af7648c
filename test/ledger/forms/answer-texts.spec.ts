import fc from 'fast-check';
import { credits } from '../../../src/kernel/credits.js';
import { captureJson, holdAnswer, holdJson, spendAnswer, spendJson } from '../../../src/ledger/api/answers.js';
import { HOLD_STATUSES } from '../../../src/ledger/book/model.js';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const amount = fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }).map(credits);
const instant = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
const spend = fc.record({
  id: fc.stringMatching(/^spd_[0-9a-z]{26}$/),
  seq: fc.bigInt({ min: 1n, max: 2n ** 48n }),
  amount,
  holdId: fc.option(text),
  description: fc.option(text),
  metadata: fc.option(fc.dictionary(fc.oneof(text, fc.constantFrom('10', '9', '-0', 'null')), text)),
  recordedAt: instant,
});
const entry = fc.record({
  accountId: text,
  balanceAfter: amount,
  allocations: fc.array(fc.record({ grantId: text, amount }), { maxLength: 3 }),
});
const hold = fc.record({
  id: fc.stringMatching(/^hld_[0-9a-z]{26}$/),
  amount,
  captured: amount,
  status: fc.constantFrom(...HOLD_STATUSES),
  expiresAt: instant,
  createdAt: instant,
});

it('the text of a spend is the same to the byte as that of its answer, whatever it holds', () => {
  fc.assert(
    fc.property(entry, spend, amount, (of, one, held) =>
      expect(spendJson(of, one, held)).toBe(JSON.stringify(spendAnswer(of, one, held))),
    ),
  );
});

it('the text of a hold is the same to the byte as that of its answer, and so is that of a capture', () => {
  fc.assert(
    fc.property(entry, spend, hold, amount, (of, one, kept, held) => {
      expect(holdJson(of.accountId, kept)).toBe(JSON.stringify(holdAnswer(of.accountId, kept)));
      expect(captureJson({ spend: one, entry: of, hold: kept }, { balance: of.balanceAfter, held })).toBe(
        JSON.stringify({ ...spendAnswer(of, one, held), hold: holdAnswer(of.accountId, kept) }),
      );
    }),
  );
});
