import { DOMAIN_EVENT_TYPES, typesOf } from '../../src/outbox/event-types.js';

it('a pattern names a type, all that begin alike, or all', () => {
  expect(typesOf(['trial.ending']).types).toEqual(['trial.ending']);
  expect(typesOf(['payment.*', 'payment.failed']).types).toEqual(['payment.failed', 'payment.action_required']);
  expect(typesOf(['*']).types).toEqual([...DOMAIN_EVENT_TYPES]);
});

it.each(['', '.*', 'pay.*', 'payment', 'payment.', '*.failed', 'payment.fail*', '**'])(
  '%p names none, which is told',
  (pattern) => {
    expect(typesOf(['trial.ending', pattern])).toEqual({ types: ['trial.ending'], unknown: [pattern] });
  },
);
