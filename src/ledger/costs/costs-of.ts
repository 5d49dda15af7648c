import type { CostBasis, Entry } from '../book/model.js';
import { byAccountAndNumber, type EntrySpan, readEntries } from '../history/read-history.js';
import { readRuns } from '../history/read-runs.js';
import type { SqlRunner } from '../sql-runner.js';
import { nameOf, readEntryCosts } from './entry-costs.store.js';
import { allocationCosts } from './follow-costs.js';
import { followEntry } from './follow-lots.js';
import { readKnown } from './known-lots.js';

/** How many entries are followed here at most, of all accounts together, that were not followed yet: some 150 ms. */
const MOST_FOLLOWED = 50_000n;

/**
 * What spends have cost, by their allocations; null where nothing was paid for the grant. Of spends that were not
 * followed yet it is worked out from what is known of their lots, and nothing is written; where too much is new, it is
 * not known yet, and null as well. Give it a snapshot, so that what is followed meanwhile is not counted twice.
 */
export async function costsOf(db: SqlRunner, spends: readonly Entry[]): Promise<Map<Entry, (CostBasis | null)[]>> {
  const known = await readEntryCosts(db, spends);
  const costs = new Map(spends.map((spend) => [spend, known.get(nameOf(spend)) ?? spend.allocations.map(() => null)]));
  const unknown = await withPrices(
    db,
    spends.filter((spend) => !known.has(nameOf(spend))),
  );
  const found = await followHere(db, unknown);
  for (const spend of unknown) {
    const here = found.get(nameOf(spend));
    if (here !== undefined) costs.set(spend, here);
  }
  return costs;
}

/** Spends from grants that something was paid for, as far as that is known without following them. */
async function withPrices(db: SqlRunner, spends: readonly Entry[]): Promise<Entry[]> {
  const named = spends.flatMap(({ accountId, allocations }) =>
    allocations.map(({ grantId }) => ({ accountId, grantId })),
  );
  if (named.length === 0) return [];
  const accountIds = named.map(({ accountId }) => accountId);
  const grantIds = named.map(({ grantId }) => grantId);
  const pairs = 'select * from unnest($1::text[], $2::text[])';
  const priced: { account_id: string; id: string }[] = [
    ...(await db.query(
      `select account_id, id from grants where cost_basis_minor > 0 and (account_id, id) in (${pairs})`,
      [accountIds, grantIds],
    )),
    ...(await db.query(`select account_id, grant_id as id from grant_lots where (account_id, grant_id) in (${pairs})`, [
      accountIds,
      grantIds,
    ])),
  ];
  const names = new Set(priced.map(({ account_id, id }) => `${account_id} ${id}`));
  return spends.filter(({ accountId, allocations }) =>
    allocations.some(({ grantId }) => names.has(`${accountId} ${grantId}`)),
  );
}

async function followHere(db: SqlRunner, spends: readonly Entry[]): Promise<Map<string, (CostBasis | null)[]>> {
  const last = new Map<string, bigint>();
  for (const { accountId, seq } of spends) if (seq > (last.get(accountId) ?? 0n)) last.set(accountId, seq);
  const rows: { account_id: string; seq: string }[] = await db.query(
    `select account_id, coalesce((select max(seq) from grant_lots l where l.account_id = named.account_id), 0) as seq
     from unnest($1::text[]) as named (account_id)`,
    [[...last.keys()]],
  );
  const spans = asManyAs(
    MOST_FOLLOWED,
    rows.map(({ account_id: accountId, seq }) => ({
      accountId,
      from: BigInt(seq) + 1n,
      to: last.get(accountId) ?? 0n,
    })),
  );
  const asked = spends.map(({ accountId, seq }) => ({ accountId, from: seq, to: seq }));
  const { runs } = await readRuns(
    db,
    spans.flatMap((span) => without(span, asked)),
  );
  // A spend that is asked about is no part of a run.
  const alone = await readEntries(
    db,
    asked.filter((one) => spans.some((span) => isWithin(one, span))),
  );
  const entries = [...runs, ...alone].sort(byAccountAndNumber).map(({ entry }) => entry);
  const knownOf = await readKnown(db, entries);
  return new Map(
    entries.map((entry) => [nameOf(entry), allocationCosts(entry, followEntry(entry, knownOf(entry.accountId)))]),
  );
}

/** Spans that have no more entries than that together. One that is too long leaves its room to those behind it. */
export function asManyAs(most: bigint, spans: readonly EntrySpan[]): EntrySpan[] {
  let left = most;
  return spans.filter(({ from, to }) => {
    const entries = to - from + 1n;
    if (entries < 1n || entries > left) return false;
    left -= entries;
    return true;
  });
}

/** What is left of a span without some single entries. */
function without(span: EntrySpan, asked: readonly EntrySpan[]): EntrySpan[] {
  const { accountId } = span;
  const left: EntrySpan[] = [];
  let from = span.from;
  for (const { from: seq } of asked.filter((one) => isWithin(one, span)).sort(bySeq)) {
    if (from < seq) left.push({ accountId, from, to: seq - 1n });
    from = seq + 1n;
  }
  return from > span.to ? left : [...left, { accountId, from, to: span.to }];
}

function isWithin(one: EntrySpan, span: EntrySpan): boolean {
  return one.accountId === span.accountId && one.from >= span.from && one.to <= span.to;
}

function bySeq(a: EntrySpan, b: EntrySpan): number {
  return a.from < b.from ? -1 : 1;
}
