/** The schema of `asOf` in the answer of a report. */
export const AS_OF = {
  type: String,
  format: 'date-time',
  example: '2026-11-21T12:00:00.000Z',
  description:
    'Only where not all is counted yet, since much is new: everything that was recorded before this moment is.',
};
