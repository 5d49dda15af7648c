import { bigintArray, textArray } from '../../database/binary-array.js';
import type { Entry, Spend } from '../book/model.js';
import type { SqlRunner } from '../sql-runner.js';
import type { AskedInclusions } from './included/read-inclusions.js';
import { afterReversal, toUsage, undoneOf } from './kept-lines.js';
import { countersOf } from './known-counters.js';
import type { OwnedCounter } from './read-counters.js';

/**
 * Reads what spends were of, and what is left of their lines after the reversals among the entries, into the spends.
 * Returns the counters of those lines, and what they took of what was included.
 */
export async function readUsage(
  db: SqlRunner,
  spends: ReadonlyMap<string, readonly Spend[]>,
  entries: ReadonlyMap<string, readonly Entry[]>,
): Promise<{ counters: OwnedCounter[]; inclusions: AskedInclusions[] }> {
  const [counters, inclusions]: [OwnedCounter[], AskedInclusions[]] = [[], []];
  if (spends.size === 0) return { counters, inclusions };
  const lines = await readLines(
    db,
    [...spends.keys()].flatMap((accountId) => entries.get(accountId) ?? []),
  );
  for (const [accountId, ofAccount] of spends)
    for (const spend of ofAccount) {
      const text = lines.get(nameOf({ accountId, seq: spend.seq }));
      if (text === undefined) continue;
      let usage = toUsage(text);
      for (const entry of entries.get(accountId) ?? [])
        if (entry.kind === 'spend_reversal' && entry.source.id === spend.id)
          usage = afterReversal(usage, { amount: entry.amount, undone: undoneOf(lines.get(nameOf(entry))) });
      spend.usage = usage;
      const moved = countersOf(
        usage.month,
        usage.lines.map(({ line }) => line),
      );
      counters.push(...moved.map((counter) => ({ accountId, ...counter })));
      for (const { line } of usage.lines)
        for (const { inclusion: id } of line.included) inclusions.push({ accountId, id });
    }
  return { counters, inclusions };
}

/** What the rows of entries keep of lines. */
async function readLines(db: SqlRunner, entries: readonly Entry[]): Promise<Map<string, string>> {
  const rows: { account_id: string; seq: string; lines: string }[] = await db.query(
    'select * from read_lines($1, $2)',
    [textArray(entries.map(({ accountId }) => accountId)), bigintArray(entries.map(({ seq }) => seq))],
  );
  return new Map(rows.map(({ account_id, seq, lines }) => [nameOf({ accountId: account_id, seq }), lines]));
}

function nameOf({ accountId, seq }: { accountId: string; seq: bigint | string }): string {
  return `${accountId} ${seq}`;
}
