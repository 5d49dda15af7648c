/**
 * Calls of this process about the same thing share one: Stripe refuses a second request with the same idempotency key
 * while the first is in flight. Between processes the SDK waits and asks again.
 */
export class SharedCalls<T> {
  private readonly running = new Map<string, Promise<T>>();

  /** `isOwn` when this caller made the call, and did not share another's. */
  async run(about: string, call: () => Promise<T>): Promise<{ answer: T; isOwn: boolean }> {
    const shared = this.running.get(about);
    if (shared !== undefined) return { answer: await shared, isOwn: false };
    const own = call().finally(() => this.running.delete(about));
    this.running.set(about, own);
    return { answer: await own, isOwn: true };
  }
}
