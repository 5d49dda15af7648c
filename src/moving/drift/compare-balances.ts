import { AccountsQueries } from '../../accounts/accounts.queries.js';
import { type Credits, credits, NO_CREDITS, toJsonInteger } from '../../kernel/credits.js';
import { BalancesNow } from '../../ledger/walks/balances-now.js';
import type { Columns } from '../files/formats.js';
import type { Table, TableLine } from '../files/read-table.js';
import type { ReportFile } from '../files/report-file.js';

const LINES_A_PIECE = 1_000;
const WHOLE_NUMBER = /^-?\d{1,16}$/;

/** What is said of a balance that is not the same on both sides. */
export interface Difference {
  /** Null for an account that the file does not have. */
  line: number | null;
  accountId: string;
  status: 'differs' | 'missing_here' | 'missing_there' | 'unreadable';
  there: number | null;
  here: number | null;
  /** What there is more of here than there; rounded where that is beyond 2^53. */
  difference: number | null;
  detail: string | null;
}

export const DIFFERENCE: Columns<Difference> = {
  line: ({ line }) => line,
  accountId: ({ accountId }) => accountId,
  status: ({ status }) => status,
  there: ({ there }) => there,
  here: ({ here }) => here,
  difference: ({ difference }) => difference,
  detail: ({ detail }) => detail,
};

/** How many there are of each, and what all add up to: as texts, since sums may be beyond what JSON carries. */
export interface Drift {
  equal: number;
  differs: number;
  missingHere: number;
  missingThere: number;
  unreadable: number;
  creditsThere: string;
  creditsHere: string;
  difference: string;
}

/** A file of balances that were kept elsewhere. */
export interface BalancesThere {
  readonly table: Table;
  /** The column that has them. */
  readonly column: string;
  readonly report: ReportFile<Difference>;
  readonly onProgress: (lines: number) => void;
}

/**
 * Compares balances that are kept elsewhere with the ledger, each account as it is when its line is read. Nothing is
 * locked or changed. What the file does not have is found at the end, by the ids of all its lines, which are kept in
 * memory meanwhile.
 */
export class CompareBalances {
  constructor(
    private readonly accounts: AccountsQueries,
    private readonly balances: BalancesNow,
  ) {}

  /** @throws NoTable */
  async run({ table, column, report, onProgress }: BalancesThere): Promise<Drift> {
    const sums = new Sums();
    const seen = new Set<string>();
    let lines = 0;
    for await (const piece of table.pieces({ required: ['accountId', column] }, LINES_A_PIECE)) {
      const read = piece.map((line) => toBalance(line, column, seen));
      const here = await this.balances.of(read.flatMap(({ accountId, there }) => (there === null ? [] : [accountId])));
      await report.add(read.map((one) => compared(one, here.get(one.accountId))).filter((row) => sums.add(row)));
      lines += piece.length;
      onProgress(lines);
    }
    for await (const accounts of this.accounts.walk()) {
      const missing = accounts.map(({ id }) => id).filter((id) => !seen.has(id));
      const here = await this.balances.of(missing);
      await report.add(
        missing.map((id) => missingThere(id, here.get(id) ?? NO_CREDITS)).filter((row) => sums.add(row)),
      );
    }
    return sums.drift;
  }
}

interface BalanceThere {
  line: number;
  accountId: string;
  there: Credits | null;
  fault: string | null;
}

function toBalance({ line, cells, fault }: TableLine, column: string, seen: Set<string>): BalanceThere {
  const { accountId = '' } = cells;
  const unreadable = (why: string) => ({ line, accountId, there: null, fault: why });
  if (fault !== undefined) return unreadable(fault);
  if (accountId === '') return unreadable('accountId is empty');
  if (seen.has(accountId)) return unreadable('a line before is of the same account');
  seen.add(accountId);
  const text = cells[column] ?? '';
  if (!WHOLE_NUMBER.test(text) || !Number.isSafeInteger(Number(text)))
    return unreadable(`${column} must be a whole number between -2^53 and 2^53`);
  return { line, accountId, there: credits(text), fault: null };
}

type Compared = Omit<Difference, 'status'> & { status: Difference['status'] | 'equal' };

function compared({ line, accountId, there, fault }: BalanceThere, here: Credits | undefined): Compared {
  const row = { line, accountId, there: there === null ? null : toJsonInteger(there), here: null, difference: null };
  if (there === null) return { ...row, status: 'unreadable', detail: fault };
  if (here === undefined) return { ...row, status: 'missing_here', difference: Number(-there), detail: null };
  const status = here === there ? 'equal' : 'differs';
  return { ...row, status, here: toJsonInteger(here), difference: Number(here - there), detail: null };
}

function missingThere(accountId: string, balance: Credits): Compared {
  const here = toJsonInteger(balance);
  return { line: null, accountId, status: 'missing_there', there: null, here, difference: here, detail: null };
}

const COUNTED = {
  equal: 'equal',
  differs: 'differs',
  missing_here: 'missingHere',
  missing_there: 'missingThere',
  unreadable: 'unreadable',
} as const;

class Sums {
  private readonly counts = { equal: 0, differs: 0, missingHere: 0, missingThere: 0, unreadable: 0 };
  private there = 0n;
  private here = 0n;

  /** Counts a row, and returns whether it is to be reported. */
  add(row: Compared): row is Difference {
    this.counts[COUNTED[row.status]] += 1;
    this.there += BigInt(row.there ?? 0);
    this.here += BigInt(row.here ?? 0);
    return row.status !== 'equal';
  }

  get drift(): Drift {
    const { counts, there, here } = this;
    return { ...counts, creditsThere: `${there}`, creditsHere: `${here}`, difference: `${here - there}` };
  }
}
