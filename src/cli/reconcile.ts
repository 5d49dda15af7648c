import { setTimeout as pause } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { loadConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { type ReconciliationAnswer, toReconciliationAnswer } from '../reconciliation/reconciliation.dto.js';
import { ReconciliationsQueries } from '../reconciliation/reconciliations.queries.js';
import { StartReconciliation } from '../reconciliation/run/start-reconciliation.js';
import { TakeStep } from '../reconciliation/run/take-step.js';
import { openApplication } from './application.js';
import { ProgressLine, print } from './terminal.js';

/** Should this process end early, a worker of the service goes on with the run after this long. */
const LEASE_MS = 60_000;

export interface ReconcileWishes {
  from?: Date;
  to?: Date;
  repair: boolean;
}

/**
 * Compares the books with Stripe, step by step in this process, whether a service runs or not. Returns the exit code.
 */
export async function reconcile(wishes: ReconcileWishes): Promise<number> {
  const app = await openApplication(loadConfig(process.env));
  try {
    const answer = await run(app, wishes);
    print(answer, () => linesOf(answer));
    if (answer.status === 'failed') return 2;
    return answer.openCount === 0 ? 0 : 1;
  } finally {
    await app.close();
  }
}

async function run(app: INestApplicationContext, wishes: ReconcileWishes): Promise<ReconciliationAnswer> {
  const line = new ProgressLine(process.stderr);
  const command = { ...wishes, origin: 'command', leaseMs: LEASE_MS } as const;
  const begun = await app.get(Database).transaction((tx) => app.get(StartReconciliation).run(tx, command));
  invariant(begun !== undefined, 'what is asked for by command always begins');
  try {
    for (;;) {
      const onwards = await app.get(TakeStep).run(begun.id, { leaseMs: LEASE_MS });
      const answer = await answerOf(app, begun.id);
      line.show(answer.progress, wordsOf(answer));
      if (onwards === 'ended') return answer;
      await pause(onwards.waitMs);
    }
  } finally {
    line.end();
  }
}

async function answerOf(app: INestApplicationContext, id: string): Promise<ReconciliationAnswer> {
  const runs = app.get(ReconciliationsQueries);
  return toReconciliationAnswer(await runs.require(id), await runs.findings(id));
}

function wordsOf({ checked, findingCount, error }: ReconciliationAnswer): string {
  const counts =
    `${checked.payments} payments, ${checked.invoices} invoices, ${checked.refunds} refunds, ${checked.disputes} ` +
    'disputes';
  return `${counts}, ${findingCount} findings${error === null ? '' : `; tries again: ${error}`}`;
}

function linesOf(answer: ReconciliationAnswer): string[] {
  const { id, status, from, to, findings, findingCount, openCount, error } = answer;
  if (status === 'failed') return [`Reconciliation ${id} failed. ${error}`];
  const what = `Reconciliation ${id}, ${from} to ${to}: ${wordsOf(answer)}`;
  if (findingCount === 0) return [`${what}. Stripe and the books agree.`];
  return [
    `${what}, ${openCount} of them open.`,
    ...findings.map(({ kind, detail, undeliveredEventIds, repair }) => {
      const events = undeliveredEventIds.length === 0 ? '' : ` Never came in: ${undeliveredEventIds.join(', ')}.`;
      const outcome = repair.error === null ? repair.status : `${repair.status}: ${repair.error}`;
      return `  ${kind}  ${detail}${events} Repair (${repair.action}): ${outcome.replace('_', ' ')}.`;
    }),
  ];
}
