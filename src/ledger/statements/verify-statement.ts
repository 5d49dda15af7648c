import { credits } from '../../kernel/credits.js';
import type { EntryAnswer } from '../api/entries.dto.js';
import { hashEntry } from '../book/hash-chain.js';
import type { Entry } from '../book/model.js';
import type { StatementAnswer, StatementLineAnswer } from './statement.dto.js';

/** What a check of a statement found. `fault` is the first place where it does not hold together. */
export interface StatementVerdict {
  accountId: string;
  entries: number;
  fault: string | undefined;
}

/**
 * Follows a statement from its opening to its closing line with nothing but the statement: numbers without gaps,
 * balances that follow each other, and every hash computed anew. Whoever keeps the closing line of one statement can
 * check that the next one opens with it, and so that nothing before it was changed. Throws where it is no statement.
 */
export function verifyStatement(text: string): StatementVerdict {
  const statement = read(text);
  try {
    return verdictOn(statement);
  } catch (error) {
    throw new Error(NOT_OF_A_STATEMENT, { cause: error });
  }
}

const NOT_OF_A_STATEMENT = 'it is JSON, and not of a statement';
/** The head of a table, as it is given out and as spreadsheets save it. */
const TABLE = /^\ufeff?"?line"?[,;\t]"?accountId"?/;

function read(text: string): StatementAnswer {
  // `=1` and `'=1` look the same there, so what was hashed is not known.
  if (TABLE.test(text)) throw new Error('it is a table, which is there to be read; ask for the statement as JSON');
  let statement: Partial<StatementAnswer> | null;
  try {
    statement = JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
  if (typeof statement?.accountId !== 'string') throw new Error(NOT_OF_A_STATEMENT);
  return statement as StatementAnswer;
}

function verdictOn({ accountId, opening, entries, closing }: StatementAnswer): StatementVerdict {
  let { seq, balance, hash } = opening;
  for (const line of entries) {
    const fault = faultOf(line, accountId, { seq, balance, hash });
    if (fault !== undefined) return { accountId, entries: entries.length, fault: `entry ${line.seq}: ${fault}` };
    ({ seq, hash } = line);
    balance = line.balanceAfter;
  }
  const closes = closing.seq === seq && closing.balance === balance && closing.hash === hash;
  return { accountId, entries: entries.length, fault: closes ? undefined : 'the closing line is not where it ends' };
}

function faultOf(line: EntryAnswer, accountId: string, before: StatementLineAnswer): string | undefined {
  if (line.seq !== before.seq + 1) return `its number does not follow ${before.seq}`;
  if (line.balanceBefore !== before.balance) return 'its balance before is not the balance before it';
  if (line.balanceAfter !== line.balanceBefore + line.amount) return 'its balance after is not before plus amount';
  const hash = hashEntry(Buffer.from(before.hash, 'hex'), entryOf(line, accountId)).toString('hex');
  return hash === line.hash ? undefined : 'its hash does not follow from the one before';
}

function entryOf(line: EntryAnswer, accountId: string): Omit<Entry, 'hash'> {
  return {
    accountId,
    seq: BigInt(line.seq),
    kind: line.kind,
    amount: credits(line.amount),
    balanceBefore: credits(line.balanceBefore),
    balanceAfter: credits(line.balanceAfter),
    debt: credits(line.debt),
    source: line.source,
    allocations: line.allocations.map(({ grantId, amount }) => ({ grantId, amount: credits(amount) })),
    reason: line.reason,
    actor: line.actor,
    effectiveAt: new Date(line.effectiveAt),
    recordedAt: new Date(line.recordedAt),
  };
}
