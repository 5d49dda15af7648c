/** Things that become due one after the other, each handed out once, when an instant that moves on has reached it. */
export class Agenda<T> {
  /** The earliest stands last. */
  private readonly ahead: T[];

  constructor(
    things: Iterable<T>,
    /** In milliseconds. */
    private readonly dueAt: (thing: T) => number,
    /** The order of things that are due at one instant. */
    compare: (a: T, b: T) => number = () => 0,
  ) {
    this.ahead = [...things].sort((a, b) => dueAt(b) - dueAt(a) || compare(b, a));
  }

  /** What has become due by `at` and was not handed out yet, earliest first. */
  *by(at: Date): Generator<T> {
    for (;;) {
      const next = this.ahead.at(-1);
      if (next === undefined || this.dueAt(next) > at.getTime()) return;
      this.ahead.pop();
      yield next;
    }
  }
}
