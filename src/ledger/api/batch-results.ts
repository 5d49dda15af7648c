import { problemJson } from '../../http/problems/problem-answer.js';
import type { Problem } from '../../kernel/problem.js';
import type { StoredAnswer } from '../posting/decide-commands.js';

// The results of a batch (`SpendBatchAnswer`) as JSON: its spends are text already.

export function spendResult({ replayed, body }: StoredAnswer): string {
  return `{"status":"${replayed ? 'replayed' : 'accepted'}","spend":${body}}`;
}

export function rejectedResult(problem: Problem, requestId: string): string {
  return `{"status":"rejected","problem":${problemJson(problem, requestId)}}`;
}
