import { PHASES, type Phase, phaseAfter, progressOf } from '../../src/reconciliation/run/phase.js';

/** The phases of a run, one after the other. */
function course(repair: boolean): Phase[] {
  const phases: Phase[] = [PHASES[0]];
  for (let next = phaseAfter(PHASES[0], { repair }); next !== undefined; next = phaseAfter(next, { repair }))
    phases.push(next);
  return phases;
}

describe('the course of a reconciliation', () => {
  it('ends with repairs only where they are asked for', () => {
    expect(course(true)).toEqual([...PHASES]);
    expect(course(false)).toEqual(PHASES.slice(0, -1));
  });

  it('collects events first, and looks a second time at last', () => {
    expect(PHASES[0]).toBe('undelivered_events');
    expect(course(false).at(-1)).toBe('second_look');
  });

  it('only goes on, from nothing to all', () => {
    const marks = PHASES.flatMap((phase) => [0, 0.5, 1].map((share) => progressOf(phase, share)));
    expect(marks).toEqual(marks.toSorted((a, b) => a - b));
    expect(marks[0]).toBe(0);
    expect(marks.at(-1)).toBe(1);
    expect(progressOf('payments', 7)).toBe(progressOf('payments', 1));
    expect(progressOf('payments', -7)).toBe(progressOf('payments', 0));
  });
});
