import type Stripe from 'stripe';
import { invalidRequest } from '../api/errors.js';
import { saveChange } from '../events/change.js';
import { scheduleJob } from '../jobs/schedule.js';
import { mergeMetadata } from '../params/metadata.js';
import type { Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { isInquiry } from './standing.js';

/** How long the bank takes over evidence that says what it is to decide. */
const decidingMs = 2_000;
const mostCharacters = 150_000;

/** Words in `uncategorized_text` that decide a dispute of the test mode, as Stripe has them. */
const decisiveEvidence = ['winning_evidence', 'losing_evidence', 'escalate_inquiry_evidence'] as const;

/**
 * Keeps evidence, and hands it to the bank unless it is only to be kept. That can be done once; then the bank decides.
 * The caller holds the locks.
 */
export async function answerDispute(
  work: Work,
  dispute: Stored<Stripe.Dispute>,
  params: Stripe.DisputeUpdateParams,
): Promise<Stripe.Dispute> {
  const { shown } = dispute;
  const staged = withEvidence(shown, params);
  const submits = params.submit ?? params.evidence !== undefined;
  const answered = submits ? submitted(staged) : staged;
  await saveChange(work, shown, { ...dispute, shown: answered }, 'charge.dispute.updated');
  if (submits && decisiveEvidence.some((word) => word === answered.evidence.uncategorized_text)) {
    await scheduleJob(work, 'decide-dispute', shown.id, work.clock.nowMs() + decidingMs);
  }
  return answered;
}

function withEvidence(dispute: Stripe.Dispute, params: Stripe.DisputeUpdateParams): Stripe.Dispute {
  const { evidence: given, intended_submission_method, metadata } = params;
  const kept: Stripe.Dispute = {
    ...dispute,
    ...(intended_submission_method && { intended_submission_method }),
    metadata: mergeMetadata(dispute.metadata, metadata),
  };
  if (given === undefined) return kept;
  if (!awaitsAnswer(dispute)) throw invalidRequest('The evidence of this dispute has already been submitted.');
  // The parameters that the sandbox acts on are all text.
  const evidence = { ...dispute.evidence, ...(given as Partial<Stripe.Dispute.Evidence>) };
  if (charactersIn(evidence) > mostCharacters) {
    throw invalidRequest(`The combined character count of all evidence must be at most ${mostCharacters}.`, {
      param: 'evidence',
    });
  }
  return { ...kept, evidence, evidence_details: { ...dispute.evidence_details, has_evidence: true } };
}

function submitted(dispute: Stripe.Dispute): Stripe.Dispute {
  if (!awaitsAnswer(dispute)) throw invalidRequest('The evidence of this dispute has already been submitted.');
  const { submission_count } = dispute.evidence_details;
  return {
    ...dispute,
    evidence_details: {
      ...dispute.evidence_details,
      submission_count: submission_count + 1,
      submission_method: 'manual',
    },
    status: isInquiry(dispute) ? 'warning_under_review' : 'under_review',
  };
}

const awaitsAnswer = ({ status }: Stripe.Dispute): boolean => String(status).endsWith('needs_response');

const charactersIn = (evidence: Stripe.Dispute.Evidence): number =>
  Object.values(evidence).reduce((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
