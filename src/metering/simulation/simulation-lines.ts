import { problemJson } from '../../http/problems/problem-answer.js';
import type { Problem } from '../../kernel/problem.js';
import { type Quantity, quantityText } from '../../rating/pricing/quantity.js';
import { SimulationTooLarge } from '../metering.problems.js';
import type { Simulation } from './replayed-account.js';
import type {
  SimulatedAccountAnswer,
  SimulationBeginAnswer,
  SimulationProgressAnswer,
  SimulationTotalAnswer,
} from './simulation.dto.js';
import type { Sums } from './sums.js';
import type { SimulatedAccount, Tally } from './tally.js';

// The answer of a simulation, a line of JSON each.

export function beginLine({ meter, from, to }: Simulation): string {
  const answer: SimulationBeginAnswer = { line: 'begin', meter, from: from.toISOString(), to: to.toISOString() };
  return lineOf(answer);
}

/** @throws SimulationTooLarge */
export function accountLine({ accountId, sums, hadHolds, isExact: exact }: SimulatedAccount): string {
  const answer: SimulatedAccountAnswer = { line: 'account', accountId, ...shown(sums), hadHolds, exact };
  return lineOf(answer);
}

export function progressLine({ accounts }: Tally): string {
  const answer: SimulationProgressAnswer = { line: 'progress', accounts };
  return lineOf(answer);
}

/** @throws SimulationTooLarge */
export function totalLine(tally: Tally): string {
  const { accounts, sums, more, less, mostMore, mostLess, ...counts } = tally;
  const { unchangedAccounts, accountsWithHolds, inexactAccounts } = counts;
  const side = ({ accounts: some, credits }: Tally['more'], most: Tally['mostMore']) => ({
    accounts: some,
    credits: integer(credits),
    most: most.map(({ accountId, beforeCredits, afterCredits }) => ({
      accountId,
      beforeCredits: integer(beforeCredits),
      afterCredits: integer(afterCredits),
    })),
  });
  const answer: SimulationTotalAnswer = {
    line: 'total',
    accounts,
    ...shown(sums),
    more: side(more, mostMore),
    less: side(less, mostLess),
    unchangedAccounts,
    accountsWithHolds,
    inexactAccounts,
  };
  return lineOf(answer);
}

export function problemLine(problem: Problem, requestId: string): string {
  return `{"line":"problem","problem":${problemJson(problem, requestId)}}\n`;
}

function shown(sums: Sums): Omit<SimulatedAccountAnswer, 'line' | 'accountId' | 'hadHolds' | 'exact'> {
  const refused = {
    lines: sums.refusedLines,
    quantity: quantityText(sums.refusedQuantity as Quantity),
    beforeCredits: integer(sums.refusedBeforeCredits),
    usage: [...sums.refusedUsage],
  };
  return {
    lines: sums.lines,
    quantity: quantityText(sums.quantity as Quantity),
    includedQuantity: quantityText(sums.includedQuantity as Quantity),
    beforeCredits: integer(sums.beforeCredits),
    afterCredits: integer(sums.afterCredits),
    refused: refused.lines === 0 ? null : refused,
  };
}

/** @throws SimulationTooLarge: a draft may ask for more than anybody could pay */
function integer(amount: bigint): number {
  const value = Number(amount);
  if (!Number.isSafeInteger(value)) throw new SimulationTooLarge({ limit: 'credits' });
  return value;
}

function lineOf(answer: object): string {
  return `${JSON.stringify(answer)}\n`;
}
