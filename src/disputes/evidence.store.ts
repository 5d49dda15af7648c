import type { Tx } from '../database/database.js';
import { freeKey } from '../idempotency/idempotency-keys.store.js';
import { newId } from '../kernel/ids.js';
import { type DisputeAnswer, toDisputeAnswer } from '../returns/dispute.dto.js';
import { readDispute } from '../returns/disputes.store.js';
import { Evidence } from './evidence.entity.js';

/** What is known of evidence when it is recorded. */
export type NewEvidenceRecord = Pick<
  Evidence,
  'disputeId' | 'accountId' | 'evidence' | 'submit' | 'actor' | 'idempotencyDigest' | 'idempotencyFingerprint'
>;

export interface AcceptedEvidence {
  /** The dispute as it was when Stripe had taken the evidence. */
  answer: DisputeAnswer;
  /** Whether this is the first time; a later one repeats the response. */
  isFirst: boolean;
}

/** The evidence that an idempotency key of the account names. */
export function findEvidenceByKey(tx: Tx, accountId: string, idempotencyDigest: Buffer): Promise<Evidence | null> {
  return tx.findOneBy(Evidence, { idempotencyDigest, accountId });
}

export async function insertEvidence(tx: Tx, record: NewEvidenceRecord, now: Date): Promise<Evidence> {
  const evidence: Evidence = {
    id: newId('dev', now),
    ...record,
    status: 'requested',
    refusal: null,
    answer: null,
    createdAt: now,
    updatedAt: now,
  };
  await tx.insert(Evidence, evidence);
  return evidence;
}

/**
 * Notes that Stripe took the evidence, and what the response to the request says, so that a replay can repeat it. To be
 * called in the transaction that settles the dispute.
 */
export async function markAccepted(tx: Tx, { id, disputeId }: Evidence, now: Date): Promise<AcceptedEvidence> {
  const answer = toDisputeAnswer(await readDispute(tx, disputeId));
  const { affected } = await tx.update(
    Evidence,
    { id, status: 'requested' },
    { status: 'accepted', answer, updatedAt: now },
  );
  if (affected === 1) return { answer, isFirst: true };
  const evidence = await tx.findOneBy(Evidence, { id });
  return { answer: evidence?.answer ?? answer, isFirst: false };
}

/**
 * Notes that nothing was done, which frees the idempotency key. To be called in the transaction that settles the
 * dispute, where Stripe was asked.
 */
export async function markRefused(
  tx: Tx,
  { id, accountId, idempotencyDigest }: Evidence,
  { refusal, now }: { refusal: string; now: Date },
): Promise<void> {
  const { affected } = await tx.update(
    Evidence,
    { id, status: 'requested' },
    { status: 'refused', refusal, idempotencyDigest: null, idempotencyFingerprint: null, updatedAt: now },
  );
  if (affected === 1) await freeKey(tx, { accountId, digest: idempotencyDigest });
}
