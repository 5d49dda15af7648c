import type { Work } from '../../store/work.js';
import type { Attempt } from '../charges/new-charge.js';
import { keepPaidWith } from '../methods/keep-paid-with.js';
import type { Method } from '../methods/new-payment-method.js';
import type { Intent } from './charge-intent.js';
import { answerChallenge, type Circumstances, type Confirmation, confirmIntent } from './confirm-intent.js';

/** Pays an intent of no session, or lets the bank ask the payer first. The caller holds its lock. */
export async function payIntent(
  work: Work,
  intent: Intent,
  method: Method,
  circumstances: Circumstances,
): Promise<Confirmation> {
  const outcome = await confirmIntent(work, intent, method, circumstances);
  if (outcome.kind !== 'challenged') await finish(work, intent, method, outcome);
  return outcome;
}

/** Goes on with an intent of no session whose payer has answered the bank's challenge. The caller holds its lock. */
export async function resumeIntent(work: Work, intent: Intent, method: Method, passed: boolean): Promise<Attempt> {
  const outcome = await answerChallenge(work, intent, method, passed);
  await finish(work, intent, method, outcome);
  return outcome;
}

async function finish(work: Work, intent: Intent, method: Method, outcome: Attempt): Promise<void> {
  if (outcome.kind !== 'declined') await keepPaidWith(work, intent.shown, method);
}
