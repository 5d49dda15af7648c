import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Counter, Metrics, PROCESS_LABEL } from '../../http/metrics/metrics.js';
import { problemOf } from '../../http/problems/problem-of.js';
import type { Problem } from '../../kernel/problem.js';

/** Counts what has become of usage events, so that none is refused without a trace. */
@Injectable()
export class EventCounts {
  private readonly events: Counter;

  constructor(metrics: Metrics) {
    this.events = metrics.counter(
      'scrip_usage_events_total',
      'Usage events by what became of them, and why; a body that was refused as a whole counts once.',
    );
  }

  taken(answers: readonly { readonly replayed: boolean }[]): void {
    const replayed = answers.reduce((sum, answer) => sum + Number(answer.replayed), 0);
    this.events.count({ result: 'replayed', reason: '', ...PROCESS_LABEL }, replayed);
    this.events.count({ result: 'accepted', reason: '', ...PROCESS_LABEL }, answers.length - replayed);
  }

  /** Returns the problem that a reason is. */
  refused(reason: unknown, { method, routeOptions }: FastifyRequest): Problem {
    const problem = problemOf(reason, { method, path: routeOptions.url ?? '' });
    this.events.count({ result: 'rejected', reason: problem.type, ...PROCESS_LABEL });
    return problem;
  }

  /** Counts why a work is refused, if it is, and lets its caller know. */
  async refusals<T>(work: Promise<T>, request: FastifyRequest): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.refused(error, request);
      throw error;
    }
  }
}
