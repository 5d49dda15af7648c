import { EndpointTurns } from '../../src/deliveries/sending/endpoint-turns.js';
import { Clock } from '../../src/kernel/clock.js';

class StoppedClock extends Clock {
  private ms = 0;
  override now(): Date {
    return new Date(this.ms);
  }
  override advance(byMs: number): void {
    this.ms += byMs;
  }
}

const answered = { wasAnswered: true, wasSlow: false };
const unanswered = { wasAnswered: false, wasSlow: false };

describe('attempts at one endpoint', () => {
  let clock: StoppedClock;
  let turns: EndpointTurns;
  beforeEach(() => {
    clock = new StoppedClock();
    turns = new EndpointTurns(clock);
  });

  const take = (id = 'one') => turns.take(id);
  const seconds = (id = 'one') => {
    const turn = take(id);
    return turn.is === 'put-off' ? turn.seconds : 0;
  };

  it('are eight at once, and those that come then are put off, one behind the other', () => {
    for (let count = 0; count < 8; count += 1) expect(take().is).toBe('taken');
    expect([seconds(), seconds(), seconds()]).toEqual([2, 2.25, 2.5]);
    expect(take('another').is).toBe('taken');
    turns.giveBack('one', answered);
    expect(take().is).toBe('taken');
  });

  it('rest when one was not answered, longer each time, and are then made one at a time', () => {
    const rests: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      expect(take()).toMatchObject({ is: 'taken' });
      turns.giveBack('one', unanswered);
      rests.push(seconds());
      clock.advance(Math.ceil(rests.at(-1) ?? 0) * 1000);
    }
    expect(rests).toEqual([4, 20, 80, 240, 240]);
    expect(take()).toEqual({ is: 'taken', patienceMs: 250 });
    expect(take().is).toBe('put-off');
    turns.giveBack('one', answered);
    expect(take()).toEqual({ is: 'taken', patienceMs: 1_000 });
    expect(take().is).toBe('taken');
  });

  it('have less patience while another one is slow', () => {
    take();
    turns.noteSlow('one');
    expect(take()).toEqual({ is: 'taken', patienceMs: 250 });
    turns.giveBack('one', { wasAnswered: true, wasSlow: true });
    expect(take()).toEqual({ is: 'taken', patienceMs: 1_000 });
  });

  it('that are broken off say nothing of the endpoint', () => {
    take();
    turns.giveBack('one', { wasAnswered: undefined, wasSlow: false });
    expect(take()).toEqual({ is: 'taken', patienceMs: 1_000 });
  });

  it('are put off by five minutes at most', () => {
    for (let count = 0; count < 8; count += 1) take();
    let last = 0;
    for (let count = 0; count < 5_000; count += 1) last = seconds();
    expect(last).toBe(300);
  });
});
