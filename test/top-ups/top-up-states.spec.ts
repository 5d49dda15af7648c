import {
  type Followed,
  follow,
  type OpenAttempt,
  TOP_UP_CHANGES,
  TOP_UP_STATES,
  type TopUpChange,
  type TopUpState,
} from '../../src/top-ups/top-up-states.js';

/** In a word: the state, and with signs what else is done: `?` looks, `x` cancels, `~` forgets tries. `-` cannot be. */
function inAWord(followed: Followed | undefined): string {
  if (followed === undefined) return '-';
  const { state, looks, cancels, forgetsTries } = followed;
  return `${state}${looks ? '?' : ''}${cancels ? 'x' : ''}${forgetsTries ? '~' : ''}`;
}

/** What an attempt that is open in this state is doing, as far as the state says it. */
const OPEN: Record<TopUpState, OpenAttempt | null> = {
  off: null,
  ready: null,
  charging: 'charging',
  action_required: 'action_required',
  paused: null,
};

const ROWS: Record<TopUpState, Record<TopUpChange, string>> = {
  off: {
    switched_on: 'ready?~',
    switched_off: 'off',
    resumed: '-',
    method_changed: 'off',
    begun: '-',
    paid: 'off',
    declined: 'off',
    challenged: 'offx',
    abandoned: 'off',
    stopped: 'off',
  },
  ready: {
    switched_on: 'ready?~',
    switched_off: 'off~',
    resumed: 'ready?',
    method_changed: 'ready?~',
    begun: 'charging',
    paid: '-',
    declined: '-',
    challenged: '-',
    abandoned: '-',
    stopped: 'paused~',
  },
  charging: {
    switched_on: 'charging~',
    switched_off: 'off~',
    resumed: 'charging',
    method_changed: 'charging~',
    begun: '-',
    paid: 'ready?~',
    declined: 'ready',
    challenged: 'action_required',
    abandoned: 'ready?',
    stopped: 'paused~',
  },
  action_required: {
    switched_on: 'action_required~',
    switched_off: 'offx~',
    resumed: 'action_required',
    method_changed: 'chargingx~',
    begun: '-',
    paid: 'ready?~',
    declined: 'action_required',
    challenged: 'action_required',
    abandoned: 'paused~',
    stopped: 'pausedx~',
  },
  paused: {
    switched_on: 'paused',
    switched_off: 'off',
    resumed: 'ready?~',
    method_changed: 'paused',
    begun: '-',
    paid: 'paused',
    declined: 'paused',
    challenged: 'pausedx',
    abandoned: 'paused',
    stopped: 'paused',
  },
};

const CELLS = TOP_UP_STATES.flatMap((state) =>
  TOP_UP_CHANGES.map((change) => [state, change, ROWS[state][change]] as const),
);

describe('automatic top-ups', () => {
  it.each(CELLS)('that are %s, and are %s, become %s', (state, change, word) => {
    expect(inAWord(follow(state, change, OPEN[state]))).toBe(word);
  });

  it.each([
    ['off', 'switched_on', 'charging', 'charging~'],
    ['off', 'switched_on', 'action_required', 'action_required~'],
    ['paused', 'resumed', 'charging', 'charging~'],
    ['paused', 'resumed', 'action_required', 'action_required~'],
  ] as const)('that are %s, and are %s while an attempt is %s, become %s', (state, change, open, word) => {
    expect(inAWord(follow(state, change, open))).toBe(word);
  });

  it('are switched on by nothing but a call', () => {
    const wakers = CELLS.filter(([state, , word]) => state === 'off' && !['off', 'offx', '-'].includes(word));
    expect(wakers.map(([, change]) => change)).toEqual(['switched_on']);
  });

  it('go on after a pause by nothing but a call', () => {
    const wakers = CELLS.filter(([state, , word]) => state === 'paused' && /^(ready|charging|action)/.test(word));
    expect(wakers.map(([, change]) => change)).toEqual(['resumed']);
  });

  it('are switched off from wherever they are', () => {
    for (const state of TOP_UP_STATES) expect(follow(state, 'switched_off', OPEN[state])?.state).toBe('off');
  });

  it('begin to charge only where no attempt is open', () => {
    for (const state of TOP_UP_STATES)
      expect(follow(state, 'begun', OPEN[state]) !== undefined).toBe(state === 'ready');
  });

  it('leave nobody waiting: whenever they come to be ready by a change that is not a wait, they look', () => {
    for (const [state, change] of CELLS) {
      const followed = follow(state, change, OPEN[state]);
      if (followed?.state === 'ready' && change !== 'declined') expect([state, change, followed.looks]).toContain(true);
    }
  });
});
