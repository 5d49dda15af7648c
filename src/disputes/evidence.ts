import type { Tx } from '../database/database.js';
import type { DisputeEvidence } from '../stripe/objects/sale-objects.js';

/** `requested` is recorded and not yet known to be at Stripe. */
export type EvidenceStatus = 'requested' | 'accepted' | 'refused';

/** One answer to a dispute, and who gave it. */
export interface Evidence {
  id: string;
  disputeId: string;
  accountId: string;
  evidence: DisputeEvidence;
  submit: boolean;
  status: EvidenceStatus;
  /** What the request was answered with; null while it was not. */
  answer: unknown;
  idempotencyDigest: Buffer | null;
  idempotencyFingerprint: Buffer | null;
}

export interface EvidenceRow {
  id: string;
  dispute_id: string;
  account_id: string;
  evidence: DisputeEvidence;
  submit: boolean;
  status: EvidenceStatus;
  answer: unknown;
  idempotency_digest: Buffer | null;
  idempotency_fingerprint: Buffer | null;
}

export const EVIDENCE_COLUMNS =
  'id, dispute_id, account_id, evidence, submit, status, answer, idempotency_digest, idempotency_fingerprint';

export function toEvidence(row: EvidenceRow): Evidence {
  return {
    id: row.id,
    disputeId: row.dispute_id,
    accountId: row.account_id,
    evidence: row.evidence,
    submit: row.submit,
    status: row.status,
    answer: row.answer,
    idempotencyDigest: row.idempotency_digest,
    idempotencyFingerprint: row.idempotency_fingerprint,
  };
}

/** Makes requests with the same key take turns, until the transaction ends, and finds the answer that the key names. */
export async function lockEvidenceOf(tx: Tx, accountId: string, digest: Buffer): Promise<Evidence | undefined> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [digest.readBigInt64BE(0).toString()]);
  const [row]: EvidenceRow[] = await tx.query(
    `select ${EVIDENCE_COLUMNS} from dispute_evidence where idempotency_digest = $1 and account_id = $2`,
    [digest, accountId],
  );
  return row === undefined ? undefined : toEvidence(row);
}
