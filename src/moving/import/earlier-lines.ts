import type { ImportLine } from './import-line.js';

/** What lines before in a file have said, so that a line is told that says it again or says something else. */
export class EarlierLines {
  private readonly byFingerprint = new Map<string, number>();
  private readonly byAccount = new Map<string, { line: number; customerId: string }>();
  private readonly byCustomer = new Map<string, { line: number; accountId: string }>();

  /** Why a line cannot stand behind those before; undefined where it can. */
  faultOf({ line, fingerprint, accountId, stripe }: ImportLine): string | undefined {
    const key = fingerprint.toString('latin1');
    const same = this.byFingerprint.get(key);
    if (same !== undefined) return `line ${same} says the same: should both count, add up their credits in one line`;
    this.byFingerprint.set(key, line);
    if (stripe === null) return undefined;
    const { customerId } = stripe;
    const ofAccount = this.byAccount.get(accountId);
    if (ofAccount !== undefined && ofAccount.customerId !== customerId)
      return `line ${ofAccount.line} names another customer of this account, ${ofAccount.customerId}`;
    const ofCustomer = this.byCustomer.get(customerId);
    if (ofCustomer !== undefined && ofCustomer.accountId !== accountId)
      return `line ${ofCustomer.line} names the same customer as ${ofCustomer.accountId}`;
    this.byAccount.set(accountId, { line, customerId });
    this.byCustomer.set(customerId, { line, accountId });
    return undefined;
  }
}
