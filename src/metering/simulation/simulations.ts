import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { ShuttingDown } from '../../http/problems/http.problems.js';
import { problemOf } from '../../http/problems/problem-of.js';
import { addDays } from '../../kernel/clock.js';
import { MeterUsage } from '../../ledger/history/meter-usage.js';
import { isByMonth } from '../../rating/pricing/price.js';
import { SimulationRunning, SimulationTooLarge } from '../metering.problems.js';
import { ReplayedAccount, type Simulation } from './replayed-account.js';
import { SimulationLimits } from './simulation-limits.js';
import { accountLine, beginLine, problemLine, progressLine, totalLine } from './simulation-lines.js';
import { Tally } from './tally.js';

/** Nobody reads the answer any more. */
const NOBODY = Symbol('nobody reads it');

export interface RunningSimulation {
  /** The answer, some lines at a time. */
  readonly text: AsyncGenerator<string>;
  /** Ends it, unless it has ended. To be called in any case. */
  end(): void;
}

/** Goes through past usage as a draft of a rate card would have priced it. Reads, and changes nothing. */
@Injectable()
export class Simulations implements OnModuleDestroy {
  private readonly log = new Logger(Simulations.name);
  private running: AbortController | undefined;

  constructor(
    private readonly usage: MeterUsage,
    private readonly limits: SimulationLimits,
  ) {}

  /** One at a time, so that spends have the rest of the process. @throws SimulationRunning */
  begin(simulation: Simulation, requestId: string): RunningSimulation {
    if (this.running !== undefined) throw new SimulationRunning();
    const running = new AbortController();
    this.running = running;
    return {
      text: this.text(simulation, requestId, running.signal),
      end: () => {
        running.abort(NOBODY);
        if (this.running === running) this.running = undefined;
      },
    };
  }

  onModuleDestroy(): void {
    this.running?.abort(new ShuttingDown());
  }

  /** Whatever ends it before its time is its last line. */
  private async *text(simulation: Simulation, requestId: string, signal: AbortSignal): AsyncGenerator<string> {
    yield beginLine(simulation);
    try {
      yield* this.replay(simulation, signal);
    } catch (error) {
      if (error === NOBODY) return;
      const problem = problemOf(error, { method: 'POST', path: `/v1/meters/${simulation.meter}/rates/simulate` });
      if (problem.status >= 500) this.log.error(error);
      yield problemLine(problem, requestId);
    }
  }

  private async *replay(simulation: Simulation, signal: AbortSignal): AsyncGenerator<string> {
    const tally = new Tally();
    const endsAtMs = performance.now() + this.limits.totalMs;
    let toldAtMs = performance.now();
    let account: ReplayedAccount | undefined;
    for await (const page of this.usage.pages(simulation.meter, sinceOf(simulation), signal)) {
      let text = '';
      for (const entry of page.entries) {
        if (account?.accountId !== entry.accountId) {
          text += finished(account, tally);
          account = new ReplayedAccount(entry.accountId, simulation);
          account.hadHolds = page.withHolds.has(entry.accountId);
        }
        account.take(entry);
      }
      if (account?.accountId !== page.through) {
        text += finished(account, tally);
        account = undefined;
      }
      const nowMs = performance.now();
      if (nowMs > endsAtMs) throw new SimulationTooLarge({ limit: 'time' });
      if (text === '' && nowMs - toldAtMs < this.limits.progressMs) continue;
      yield text === '' ? progressLine(tally) : text;
      toldAtMs = performance.now();
    }
    yield totalLine(tally);
  }
}

/** The line of an account that has used the meter in the span. */
function finished(account: ReplayedAccount | undefined, tally: Tally): string {
  if (account === undefined || account.sums.lines === 0) return '';
  tally.add(account);
  return accountLine(account);
}

/**
 * From when on what was recorded bears on what a draft would charge: fractions are carried from the first usage on,
 * counters go back to the beginning of their month, and usage is recorded some minutes before its time at the earliest.
 */
function sinceOf({ draft, from }: Simulation): Date {
  if (draft.rounding === 'carry') return new Date(0);
  const isOfMonth = draft.prices.prices.some(isByMonth);
  return addDays(isOfMonth ? new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth())) : from, -1);
}
