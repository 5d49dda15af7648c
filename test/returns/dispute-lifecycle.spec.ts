import {
  type DisputeCourse,
  type DisputeStatus,
  isAnswerable,
  isClosed,
  isInquiry,
  isOutOfDate,
} from '../../src/returns/dispute-lifecycle.js';

function course(status: DisputeStatus, withdrawnMinor = 0n, reinstatedMinor = 0n): DisputeCourse {
  return { status, withdrawnMinor, reinstatedMinor };
}

/** The money is the same in both looks. */
const LOOKS: [stored: DisputeStatus, fetched: DisputeStatus, isOld: boolean][] = [
  ['warning_needs_response', 'warning_under_review', false],
  ['warning_under_review', 'warning_needs_response', true],
  ['warning_closed', 'needs_response', false],
  ['needs_response', 'warning_needs_response', true],
  ['needs_response', 'needs_response', false],
  ['needs_response', 'under_review', false],
  ['under_review', 'needs_response', true],
  ['under_review', 'lost', false],
  ['lost', 'under_review', true],
  ['lost', 'appeal_needs_response', false],
  ['appeal_under_review', 'appeal_needs_response', true],
  ['appeal_under_review', 'lost', false],
  ['appeal_under_review', 'won', false],
  ['won', 'lost', true],
  ['won', 'needs_response', true],
];

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((first, index) => permutations(all.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

describe('the life of a dispute', () => {
  it.each(LOOKS)('%s, then %s fetched: out of date is %s', (stored, fetched, isOld) => {
    expect(isOutOfDate(course(stored, 1000n), course(fetched, 1000n))).toBe(isOld);
  });

  it('is told by its money before its status', () => {
    expect(isOutOfDate(course('needs_response'), course('needs_response', 1000n))).toBe(false);
    expect(isOutOfDate(course('needs_response', 1000n), course('under_review'))).toBe(true);
    expect(isOutOfDate(course('won', 1000n, 1000n), course('lost', 1000n))).toBe(true);
    expect(isOutOfDate(course('won', 1000n, 1000n), course('lost', 2000n, 1000n))).toBe(false);
  });

  it.each([
    [
      'won',
      [course('needs_response'), course('needs_response', 9n), course('under_review', 9n), course('won', 9n, 9n)],
    ],
    ['lost', [course('needs_response', 9n), course('under_review', 9n), course('lost', 9n)]],
    [
      'won on appeal',
      [course('needs_response', 9n), course('lost', 9n), course('appeal_under_review', 9n), course('won', 9n, 9n)],
    ],
    [
      'escalated',
      [
        course('warning_needs_response'),
        course('warning_under_review'),
        course('needs_response', 9n),
        course('lost', 9n),
      ],
    ],
    ['an inquiry', [course('warning_needs_response'), course('warning_under_review'), course('warning_closed')]],
  ])('that is %s ends the same in whatever order it is looked at', (_how, looks) => {
    const ends = permutations(looks).map((order) =>
      order.reduce((stored, fetched) => (isOutOfDate(stored, fetched) ? stored : fetched)),
    );
    for (const end of ends) expect(end).toEqual(looks.at(-1));
  });

  it.each([
    ['warning_needs_response', { isInquiry: true, isAnswerable: true, isClosed: false }],
    ['warning_closed', { isInquiry: true, isAnswerable: false, isClosed: true }],
    ['needs_response', { isInquiry: false, isAnswerable: true, isClosed: false }],
    ['under_review', { isInquiry: false, isAnswerable: false, isClosed: false }],
    ['appeal_needs_response', { isInquiry: false, isAnswerable: true, isClosed: false }],
    ['prevented', { isInquiry: false, isAnswerable: false, isClosed: true }],
    ['lost', { isInquiry: false, isAnswerable: false, isClosed: true }],
    ['won', { isInquiry: false, isAnswerable: false, isClosed: true }],
  ] as const)('%s', (status, expected) => {
    expect({ isInquiry: isInquiry(status), isAnswerable: isAnswerable(status), isClosed: isClosed(status) }).toEqual(
      expected,
    );
  });
});
