/** The most different failures that are told apart. */
const MAX_FAILURES = 20;

/** What a load has brought about: acknowledged credits by account, and failures by description. */
export class Tally {
  readonly acknowledged = new Map<string, number>();
  readonly failures = new Map<string, number>();

  spent(accountId: string): void {
    this.acknowledged.set(accountId, (this.acknowledged.get(accountId) ?? 0) + 1);
  }

  failed(description: string): void {
    const known = this.failures.has(description) || this.failures.size < MAX_FAILURES;
    const key = known ? description : 'other failures';
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
  }
}
