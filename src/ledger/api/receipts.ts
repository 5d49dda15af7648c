import { rfc3339 } from '../../kernel/clock.js';
import { subtractCredits, toJsonInteger } from '../../kernel/credits.js';
import { toPricedLineAnswer } from '../../rating/lines.dto.js';
import type { SpentLine } from '../../rating/pricing/give-back.js';
import { subtract, toText, whole } from '../../rating/pricing/ratio.js';
import { type EntryRowWithLines, entriesWhere, METADATA_TEXT, toEntry } from '../book/entry-rows.js';
import type { Balance, CostBasis, Entry, Spend } from '../book/model.js';
import { costsOf } from '../costs/costs-of.js';
import type { Correction } from '../decisions/correct-spend.js';
import type { SqlRunner } from '../sql-runner.js';
import { afterReversal, toUsage, type UndoneLines, undoneOf } from '../usage/kept-lines.js';
import { allocationsAnswer, eventAnswer, spendFacts, spendJson, usageJson } from './answers.js';
import type { OwnedSpend } from './newest-spends.js';
import type { ReceiptAllocationAnswer, ReceiptAnswer, ReceiptLineAnswer, SpendReversalAnswer } from './receipts.dto.js';

interface SpendEntryRow extends EntryRowWithLines {
  /** As it was written; null where that is nothing, or in the form of three rows, whose spend has it. */
  metadata: string | null;
}

/**
 * The receipts of spends, in their order. `db` is the snapshot in which the spends were read: what was given back of
 * them and what they have cost is read in several steps, and has to agree.
 */
export async function receiptsOf(db: SqlRunner, spends: readonly OwnedSpend[]): Promise<ReceiptAnswer[]> {
  const accountIds = spends.map(({ accountId }) => accountId);
  const entries: SpendEntryRow[] = await db.query(
    entriesWhere('(account_id, seq) in (select * from unnest($1::text[], $2::bigint[]))', METADATA_TEXT),
    [accountIds, spends.map(({ spend }) => `${spend.seq}`)],
  );
  const named = `source_type = 'spend' and (account_id, source_id) in (select * from unnest($1::text[], $2::text[]))`;
  const reversals: EntryRowWithLines[] = await db.query(
    entriesWhere({ rows: `${named} and kind = 'r'`, v1: `${named} and kind = 'spend_reversal'` }),
    [accountIds, spends.map(({ spend }) => spend.id)],
  );
  const bySeq = new Map(entries.map((row) => [`${row.account_id} ${row.seq}`, { row, entry: toEntry(row) }]));
  const costs = await costsOf(
    db,
    [...bySeq.values()].map(({ entry }) => entry),
  );
  const bySpend = Map.groupBy(reversals, (row) => `${row.account_id} ${row.source_id}`);
  return spends.flatMap(({ accountId, spend }) => {
    const found = bySeq.get(`${accountId} ${spend.seq}`);
    if (found === undefined) return [];
    const reversed = bySpend.get(`${accountId} ${spend.id}`) ?? [];
    return [receiptAnswer(spend, { ...found, costs: costs.get(found.entry) ?? [] }, reversed)];
  });
}

/** What a spend was, what it was taken from, the balance before and after it, and what has become of it. */
function receiptAnswer(
  spend: Spend,
  { row, entry, costs }: { row: SpendEntryRow; entry: Entry; costs: readonly (CostBasis | null)[] },
  reversalRows: readonly EntryRowWithLines[],
): ReceiptAnswer {
  const reversals = reversalRows
    .map((reversal) => ({ entry: toEntry(reversal), undone: undoneOf(reversal.lines) }))
    .sort((a, b) => (a.entry.seq < b.entry.seq ? -1 : 1));
  const usage = reversals.reduce(
    (left, reversal) => left && afterReversal(left, { amount: reversal.entry.amount, undone: reversal.undone }),
    row.lines === null ? undefined : toUsage(row.lines),
  );
  const event = usage && eventAnswer(usage);
  const metadata = row.metadata === null ? spend.metadata : JSON.parse(row.metadata);
  return {
    ...spendFacts(entry.accountId, { ...spend, metadata }, entry.allocations),
    allocations: allocationsAnswer(entry.allocations).map((allocation, place) => ({
      ...allocation,
      cost: costAnswer(costs[place] ?? null),
    })),
    reversed: toJsonInteger(spend.reversed),
    balanceBefore: toJsonInteger(entry.balanceBefore),
    balanceAfter: toJsonInteger(entry.balanceAfter),
    ...(usage !== undefined && {
      lines: usage.lines.map(receiptLineAnswer),
      usedAt: rfc3339(usage.usedAt ?? spend.recordedAt),
    }),
    ...(event !== undefined && { event }),
    reversals: reversals.map((reversal) => spendReversalAnswer(reversal.entry, reversal.undone)),
    corrects: usage?.corrects ?? null,
    correctedBy: usage?.correctedBy ?? null,
  };
}

function costAnswer(cost: CostBasis | null): ReceiptAllocationAnswer['cost'] {
  return cost === null ? null : { amountMinor: toJsonInteger(cost.amountMinor), currency: cost.currency };
}

function receiptLineAnswer({ line, leftCredits, isUndone }: SpentLine): ReceiptLineAnswer {
  const carried = line.rounding === 'carry' ? toText(subtract(line.price, whole(line.credits))) : '0';
  const reversed = toJsonInteger(subtractCredits(line.credits, leftCredits));
  return { ...toPricedLineAnswer(line), carried, undone: isUndone, reversed };
}

function spendReversalAnswer(entry: Entry, undone: UndoneLines | undefined): SpendReversalAnswer {
  return {
    seq: toJsonInteger(entry.seq),
    amount: toJsonInteger(entry.amount),
    lines: [...(undone?.places ?? [])],
    allocations: allocationsAnswer(entry.allocations),
    reason: entry.reason,
    correctedBy: undone?.correctedBy ?? null,
    createdAt: rfc3339(entry.recordedAt),
  };
}

/** The answer of a correction (`CorrectionAnswer`) as JSON: that of the spend that it made, and what it has undone. */
export function correctionJson(
  { corrected, reversal, undone, spend, entry, usage }: Correction,
  { balance, held }: Balance,
): string {
  const spent = usageJson(spendJson({ ...entry, balanceAfter: balance }, spend, held), usage);
  const more = { corrects: corrected.id, reversal: spendReversalAnswer(reversal, undone) };
  return `${spent.slice(0, -1)},${JSON.stringify(more).slice(1)}`;
}
