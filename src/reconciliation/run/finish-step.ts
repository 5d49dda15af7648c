import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { Tx } from '../../database/database.js';
import { describeError } from '../../jobs/describe-error.js';
import { Clock } from '../../kernel/clock.js';
import { StripeRefused } from '../../stripe/client/stripe.problems.js';
import type { Checked } from '../checked.js';
import type { Reconciliation } from '../reconciliation.js';
import { phaseAfter, progressOf, type Step } from './phase.js';
import { reconciliationQueue } from './queue.js';

/** How a run goes on: after a while, or not at all. */
export type Onwards = { waitMs: number } | 'ended';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Finishes a step: stores its findings, where the next one begins, and the job that takes it, in one transaction. Of
 * two processes that took the same step at once, the first finishes it and the other's work is dropped. Locks the run.
 */
@Injectable()
export class FinishStep {
  private readonly log = new Logger(FinishStep.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * `leaseMs` is how long the caller has for the next step, before a job takes it; a job that goes on itself needs
   * none.
   */
  async taken(tx: Tx, run: Reconciliation, step: Step, leaseMs: number): Promise<Onwards> {
    if (!(await lockStep(tx, run))) return { waitMs: 0 };
    await step.write?.(tx);
    const checked = sum(run.checked, step.checked ?? {});
    const phase = step.cursor === 'over' ? phaseAfter(run.phase, run) : run.phase;
    if (phase === undefined) return this.end(tx, { ...run, checked });
    const cursor = step.cursor === 'over' ? null : JSON.stringify(step.cursor);
    const progress = step.cursor === 'over' ? progressOf(phase, 0) : progressOf(phase, step.share);
    await tx.query(
      `update reconciliations
       set phase = $2,
           cursor = $3::jsonb,
           step = step + 1,
           progress = greatest(progress, $4::real),
           checked = $5::jsonb,
           attempts = 0,
           error = null,
           updated_at = $6
       where id = $1`,
      [run.id, phase, cursor, progress, JSON.stringify(checked), this.clock.now()],
    );
    const waitMs = step.waitMs ?? 0;
    await reconciliationQueue.add(tx, run.id, { delayMs: waitMs + leaseMs });
    return { waitMs };
  }

  /** Tried again, later and later; what Stripe refuses it would refuse again. The end says why. */
  async failed(tx: Tx, run: Reconciliation, error: unknown, leaseMs: number): Promise<Onwards> {
    if (!(await lockStep(tx, run))) return { waitMs: 0 };
    const attempts = run.attempts + 1;
    const reason = describeError(error);
    const isLast = attempts >= this.config.reconciliation.maxAttempts || error instanceof StripeRefused;
    this.log.error(`reconciliation ${run.id} failed in ${run.phase}, attempt ${attempts}: ${reason}`);
    if (isLast) return this.givenUp(tx, run, `After ${attempts} attempts, in ${run.phase}: ${reason}`);
    await tx.query('update reconciliations set attempts = $2, error = $3, updated_at = $4 where id = $1', [
      run.id,
      attempts,
      reason,
      this.clock.now(),
    ]);
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** run.attempts);
    await reconciliationQueue.add(tx, run.id, { delayMs: waitMs + leaseMs });
    return { waitMs };
  }

  /** The run ends as failed. What it has found stays. */
  async givenUp(tx: Tx, run: Reconciliation, reason: string): Promise<Onwards> {
    if (!(await lockStep(tx, run))) return { waitMs: 0 };
    await tx.query(
      `update reconciliations
       set status = 'failed',
           attempts = attempts + 1,
           error = $2,
           updated_at = $3,
           finished_at = $3
       where id = $1`,
      [run.id, reason, this.clock.now()],
    );
    await clear(tx, run.id);
    return 'ended';
  }

  private async end(tx: Tx, { id, checked }: Reconciliation): Promise<Onwards> {
    const now = this.clock.now();
    await tx.query(
      `update reconciliations
       set status = 'done',
           step = step + 1,
           progress = 1,
           checked = $2::jsonb,
           attempts = 0,
           error = null,
           updated_at = $3,
           finished_at = $3
       where id = $1`,
      [id, JSON.stringify(checked), now],
    );
    await clear(tx, id);
    const [{ found, open }] = await tx.query(
      `select count(*)::int as found, count(*) filter (where repair_status <> 'applied')::int as open
       from reconciliation_findings
       where reconciliation_id = $1`,
      [id],
    );
    const summary = `reconciliation ${id} is done: ${found} findings, ${open} of them open`;
    if (open > 0) this.log.warn(summary);
    else this.log.log(summary);
    return 'ended';
  }
}

async function lockStep(tx: Tx, { id, step }: Reconciliation): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `select
     from reconciliations
     where id = $1
       and step = $2
       and status = 'running'
     for update`,
    [id, step.toString()],
  );
  return rows.length === 1;
}

/**
 * What only the run itself needed: what it has seen, what it still suspected, and events that no repair stood in for.
 */
async function clear(tx: Tx, reconciliationId: string): Promise<void> {
  await tx.query('delete from reconciliation_sightings where reconciliation_id = $1', [reconciliationId]);
  await tx.query('delete from reconciliation_events where reconciliation_id = $1 and settled_at is null', [
    reconciliationId,
  ]);
  await tx.query('delete from reconciliation_findings where reconciliation_id = $1 and found_at is null', [
    reconciliationId,
  ]);
}

function sum(checked: Checked, more: Partial<Checked>): Checked {
  const names = Object.keys(checked) as (keyof Checked)[];
  return Object.fromEntries(names.map((name) => [name, checked[name] + (more[name] ?? 0)])) as unknown as Checked;
}
