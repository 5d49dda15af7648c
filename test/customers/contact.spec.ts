import { type ContactField, disputedFields, mergeContacts } from '../../src/customers/contact.js';

/** E-mails of the last agreement, the account, and Stripe; then what both are to say. */
const ONE_CHANGED: [string, string | null, string | null, string | null, string | null][] = [
  ['nobody has changed anything', 'a', 'a', 'a', 'a'],
  ['the account was changed', 'a', 'b', 'a', 'b'],
  ['the account was cleared', 'a', null, 'a', null],
  ['the customer was changed', 'a', 'a', 'b', 'b'],
  ['the customer was cleared', 'a', 'a', null, null],
  ['both were changed to the same', 'a', 'b', 'b', 'b'],
  ['both were cleared', 'a', null, null, null],
  ['a new customer is to be told', null, 'a', null, 'a'],
  ['a customer that was there before has more to say', null, null, 'a', 'a'],
];

const sidesOf = (agreed: string | null, account: string | null, stripe: string | null) => ({
  agreed: { email: agreed, name: 'Ada' },
  account: { email: account, name: 'Ada' },
  stripe: { email: stripe, name: 'Ada' },
});

describe('what an account and its customer are to be reached by', () => {
  it.each(ONE_CHANGED)('when %s', (_case, agreed, account, stripe, both) => {
    const sides = sidesOf(agreed, account, stripe);
    expect(disputedFields(sides)).toEqual([]);
    expect(mergeContacts(sides, new Set())).toEqual({ email: both, name: 'Ada' });
  });

  it('is what was said last, when both were changed to something else', () => {
    const sides = sidesOf('a', 'b', 'c');
    expect(disputedFields(sides)).toEqual(['email']);
    expect(mergeContacts(sides, new Set<ContactField>()).email).toBe('b');
    expect(mergeContacts(sides, new Set<ContactField>(['email'])).email).toBe('c');
  });

  it('is decided field by field', () => {
    const agreed = { email: 'a', name: 'Ada' };
    const account = { email: 'b', name: 'Ada' };
    const stripe = { email: 'a', name: 'Lovelace' };
    expect(mergeContacts({ agreed, account, stripe }, new Set())).toEqual({ email: 'b', name: 'Lovelace' });
  });
});
