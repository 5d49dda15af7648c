import type { Work } from '../store/work.js';
import { closeDispute } from './close-dispute.js';
import { escalateInquiry } from './escalate-inquiry.js';
import { lockDispute } from './lock-dispute.js';
import { isClosed, isInquiry } from './standing.js';

/** The bank decides as the evidence of the test mode tells it to. */
export async function decideDispute(work: Work, id: string): Promise<void> {
  const locked = await lockDispute(work, id);
  const { shown } = locked.dispute;
  if (isClosed(shown)) return;
  const word = shown.evidence.uncategorized_text;
  if (word === 'escalate_inquiry_evidence') {
    if (isInquiry(shown)) await escalateInquiry(work, locked);
  } else {
    await closeDispute(work, locked.dispute, word === 'winning_evidence' ? 'won' : 'lost');
  }
}

/** A chargeback that nobody has answered in time is lost. An inquiry waits on. */
export async function closeUnanswered(work: Work, id: string): Promise<void> {
  const { dispute } = await lockDispute(work, id);
  const { status, evidence_details } = dispute.shown;
  if (status === 'needs_response' && (evidence_details.due_by ?? 0) <= work.now)
    await closeDispute(work, dispute, 'lost');
}

/** An inquiry that was not escalated for long enough is over. */
export async function closeInquiry(work: Work, id: string): Promise<void> {
  const { dispute } = await lockDispute(work, id);
  if (isInquiry(dispute.shown) && !isClosed(dispute.shown)) await closeDispute(work, dispute, 'won');
}
