import { addCredits } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import type { Grant } from '../book/model.js';
import { GrantNotFound, GrantNotVoidable } from '../ledger.problems.js';
import { GIVEN_BY_CALL, GIVEN_BY_VOUCHER } from './grant.js';

/** What nobody has paid for here. */
const GIVEN: ReadonlySet<string> = new Set([GIVEN_BY_CALL, GIVEN_BY_VOUCHER]);

export interface VoidGrantRequest {
  reason: string | null;
  actor: string | null;
}

/**
 * Takes back what remains of a grant that was given by call or for a voucher. A pending grant is in no balance, so
 * voiding it writes no entry. @throws GrantNotFound, GrantNotVoidable for bought, depleted, expired and voided grants,
 * and where holds cover what remains
 */
export function decideVoidGrant(book: Book, grantId: string, { reason, actor }: VoidGrantRequest): Grant {
  const grant = book.grant(grantId);
  if (grant === undefined) throw new GrantNotFound({ accountId: book.accountId, grantId });
  const refusal = refusalOf(book, grant);
  if (refusal !== undefined) throw new GrantNotVoidable({ grantId, reason: refusal });
  const amount = grant.remaining;
  if (grant.status === 'active') {
    const allocations = [{ grantId, amount }];
    book.debit({ kind: 'void', amount, allocations, source: { type: 'grant', id: grantId }, reason, actor });
    grant.lapsed = addCredits(grant.lapsed, amount);
  }
  book.changeStatus(grant, 'voided');
  book.events.push({ type: 'grant.voided', at: book.now, grant, lapsed: amount });
  return grant;
}

function refusalOf(book: Book, grant: Grant): 'bought' | 'depleted' | 'expired' | 'voided' | 'held' | undefined {
  if (!GIVEN.has(grant.source.type)) return 'bought';
  if (grant.status === 'depleted' || grant.status === 'expired' || grant.status === 'voided') return grant.status;
  if (grant.expiresAt !== null && grant.expiresAt <= book.now) return 'expired';
  if (grant.status === 'active' && grant.remaining > book.available) return 'held';
  return undefined;
}
