import { textArray, timestamptzArray } from '../../../database/binary-array.js';
import { quantityOfText } from '../../../rating/pricing/quantity.js';
import type { Balance, Source } from '../../book/model.js';
import type { SqlRunner } from '../../sql-runner.js';
import type { KnownInclusions, PlanInclusion } from './known-inclusions.js';

/** What the function `read_inclusions` returns: numbers as text. */
export interface InclusionRow {
  readonly account_id: string;
  readonly id: string;
  readonly meter_key: string;
  readonly match: string;
  readonly granted: string;
  readonly remaining: string;
  readonly taken_back: string;
  readonly effective_at: string;
  readonly expires_at: string;
  readonly source_type: string;
  readonly source_id: string;
  readonly source_part: string;
  readonly returned_minor: number | string;
  readonly charged_minor: number | string;
}

/** Which inclusions of an account are asked for. */
export type AskedInclusions = { readonly accountId: string } & (
  | { readonly usedAt: Date }
  | { readonly id: string }
  | { readonly purchase: Source }
);

/** What decisions on an account need to know of what it has included: see `Needs`. */
interface InclusionNeeds {
  readonly accountId: string;
  readonly usedAt?: Date;
  readonly purchases?: readonly Source[];
}

export function namedInclusions(needs: readonly InclusionNeeds[]): AskedInclusions[] {
  return needs.flatMap(({ accountId, usedAt, purchases = [] }) => [
    ...(usedAt === undefined ? [] : [{ accountId, usedAt }]),
    ...purchases.map((purchase) => ({ accountId, purchase })),
  ]);
}

/** The parameters of `read_inclusions`. */
function inclusionsAsked(asked: readonly AskedInclusions[]): Buffer[] {
  const byTime = asked.filter((one) => 'usedAt' in one);
  const byId = asked.filter((one) => 'id' in one);
  const byPurchase = asked.filter((one) => 'purchase' in one);
  return [
    textArray(byTime.map(({ accountId }) => accountId)),
    timestamptzArray(byTime.map(({ usedAt }) => usedAt)),
    textArray(byId.map(({ accountId }) => accountId)),
    textArray(byId.map(({ id }) => id)),
    textArray(byPurchase.map(({ accountId }) => accountId)),
    textArray(byPurchase.map(({ purchase }) => purchase.type)),
    textArray(byPurchase.map(({ purchase }) => purchase.id)),
  ];
}

/**
 * Reads inclusions: behind the lock of their accounts, or from the snapshot that these are read from. Nothing is read
 * of accounts that have never included anything, or nothing that reaches so far. Returns what is known by account.
 */
export async function readInclusions(
  db: SqlRunner,
  balances: readonly Balance[],
  named: readonly AskedInclusions[],
): Promise<Map<string, KnownInclusions>> {
  const until = new Map(balances.map(({ accountId, includedUntil }) => [accountId, includedUntil]));
  const asked = named.filter((one) => {
    const includedUntil = until.get(one.accountId) ?? null;
    return includedUntil !== null && (!('usedAt' in one) || one.usedAt < includedUntil);
  });
  const byAccount = new Map<string, KnownInclusions>();
  if (asked.length === 0) return byAccount;
  for (const one of asked) {
    const sinceMs = 'usedAt' in one ? one.usedAt.getTime() : Number.POSITIVE_INFINITY;
    const known = byAccount.get(one.accountId);
    if (known === undefined) byAccount.set(one.accountId, { sinceMs, byId: new Map() });
    else known.sinceMs = Math.min(known.sinceMs, sinceMs);
  }
  const [row] = await db.query(
    'select read_inclusions($1, $2, $3, $4, $5, $6, $7) as inclusions',
    inclusionsAsked(asked),
  );
  for (const read of (row.inclusions ?? []) as InclusionRow[])
    byAccount.get(read.account_id)?.byId.set(read.id, toPlanInclusion(read));
  return byAccount;
}

export function toPlanInclusion(row: InclusionRow): PlanInclusion {
  return {
    id: row.id,
    meter: row.meter_key,
    match: JSON.parse(row.match),
    granted: quantityOfText(row.granted),
    remaining: quantityOfText(row.remaining),
    takenBack: quantityOfText(row.taken_back),
    effectiveAt: new Date(row.effective_at),
    expiresAt: new Date(row.expires_at),
    source: { type: row.source_type, id: row.source_id },
    sourcePart: row.source_part,
    returnedMinor: BigInt(row.returned_minor),
    chargedMinor: BigInt(row.charged_minor),
  };
}
