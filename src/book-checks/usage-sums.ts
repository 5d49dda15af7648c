import type { Tx } from '../database/database.js';
import type { EntryRowWithLines } from '../ledger/book/entry-rows.js';
import { toEntry } from '../ledger/book/entry-rows.js';
import { partsOfSpendId } from '../ledger/book/spend-id.js';
import { type HoldUsage, toHoldUsage } from '../ledger/usage/holds/hold-usage.js';
import { knownByRow, type UsageRow } from '../ledger/usage/kept-counters.js';
import { type SpendUsage, toUsage, undoneOf } from '../ledger/usage/kept-lines.js';
import { carriedBy, nameOf, usedBy } from '../ledger/usage/known-counters.js';
import { counterKeyOf } from '../rating/pricing/dimensions.js';
import { sumOfParts } from '../rating/pricing/position.js';
import type { PricedLine } from '../rating/pricing/price-lines.js';
import { NO_QUANTITY, type Quantity, quantityOfText, quantityText } from '../rating/pricing/quantity.js';
import { add, multiply, type Ratio, subtract, toText, whole, ZERO } from '../rating/pricing/ratio.js';
import type { AccountRange } from './account-range.js';
import type { BookFinding } from './book-rule.js';

/**
 * Adds up the lines of a range of accounts that were not undone, and what holds have reserved, exactly, and compares
 * the sums with the counters and remainders that are kept, and with what is left of inclusions. Fractions of any
 * denominator are more than SQL adds up.
 */
export class UsageSums {
  /** By account, then by month and key. */
  private readonly used = new Map<string, Quantity>();
  private readonly remainders = new Map<string, Ratio>();
  /** What lines have taken, by account and inclusion. */
  private readonly included = new Map<string, Quantity>();

  /** Takes entries of both forms, as they are read. */
  async add(tx: Tx, rows: readonly EntryRowWithLines[]): Promise<void> {
    const withLines = rows.filter(({ lines }) => lines !== null);
    const reversals = withLines.map(toEntry).filter(({ kind }) => kind === 'spend_reversal');
    const reversed = await this.read(tx, reversals);
    for (const row of withLines) {
      const { accountId, kind, source } = toEntry(row);
      if (kind === 'spend') this.count(accountId, toUsage(row.lines ?? ''), 1n);
      const usage = kind === 'spend_reversal' ? reversed.get(ownerOf(accountId, source.id)) : undefined;
      if (usage !== undefined) this.count(accountId, usage, -1n, new Set(undoneOf(row.lines)?.places));
    }
  }

  /** What differs from the sums of all entries of the range. */
  async faults(tx: Tx, { after, upTo }: AccountRange): Promise<BookFinding[]> {
    const within = 'account_id > $1 and ($2::text is null or account_id <= $2)';
    const holds: { account_id: string; lines: object; reserved: object }[] = await tx.query(
      `select account_id, lines, reserved from holds where reserved is not null and ${within}`,
      [after, upTo],
    );
    for (const { account_id, lines, reserved } of holds) this.countReserved(account_id, toHoldUsage(lines, reserved));
    const used: { account_id: string; key: string; month: string; used: string }[] = await tx.query(
      `select account_id, meter_key || ' ' || match as key, month, used::text from usage_counters where ${within}`,
      [after, upTo],
    );
    const remainders: { account_id: string; key: string; numerator: string; denominator: string }[] = await tx.query(
      `select account_id, meter_key || ' ' || match as key, numerator, denominator
       from usage_remainders where ${within}`,
      [after, upTo],
    );
    const balances: { account_id: string; usage: UsageRow }[] = await tx.query(
      `select account_id, usage from balances where usage is not null and ${within}`,
      [after, upTo],
    );
    const known = new Map(balances.map(({ account_id, usage }) => [account_id, knownByRow(usage)]));
    const counters = new Map<string, Quantity>();
    const carried = new Map<string, Ratio>();
    // What decisions see of the archive, and no more: what is kept with the balance counts in its place.
    for (const { account_id, month, key, used: archived } of used)
      if (usedBy(known.get(account_id), { month, key }) === undefined)
        counters.set(ownerOf(account_id, nameOf(month, key)), quantityOfText(archived));
    for (const { account_id, key, numerator, denominator } of remainders)
      if (carriedBy(known.get(account_id), key) === undefined)
        carried.set(ownerOf(account_id, key), { numerator: BigInt(numerator), denominator: BigInt(denominator) });
    for (const [accountId, of] of known) {
      for (const [name, count] of of?.used ?? []) counters.set(ownerOf(accountId, name), count);
      for (const [key, remainder] of of?.remainders ?? []) carried.set(ownerOf(accountId, key), remainder);
    }
    return [
      ...differences('counter-is-sum-of-lines', counters, this.used, quantityText),
      ...differences('remainder-is-sum-of-lines', carried, this.remainders, toText),
      ...differences('inclusion-is-what-lines-took', await takenOf(tx, { after, upTo }), this.included, quantityText),
    ];
  }

  private count(accountId: string, { month, lines }: SpendUsage, sign: 1n | -1n, places?: ReadonlySet<number>): void {
    for (const [place, { line }] of lines.entries())
      if (places === undefined || places.has(place)) this.countLine(accountId, month, line, sign);
  }

  private countReserved(accountId: string, usage: HoldUsage | null): void {
    if (usage === null || usage.reserved === null) return;
    for (const [key, { left }] of usage.reserved.spans) {
      const counter = ownerOf(accountId, nameOf(usage.month, key));
      this.used.set(counter, ((this.used.get(counter) ?? 0n) + left) as Quantity);
    }
    for (const { id, left } of usage.reserved.inclusions) this.take(accountId, id, left);
    for (const [key, { taken }] of usage.reserved.fractions) {
      const owner = ownerOf(accountId, key);
      this.remainders.set(owner, add(this.remainders.get(owner) ?? ZERO, taken));
    }
  }

  private take(accountId: string, inclusion: string, quantity: bigint): void {
    const taken = ownerOf(accountId, inclusion);
    this.included.set(taken, ((this.included.get(taken) ?? NO_QUANTITY) + quantity) as Quantity);
  }

  private countLine(accountId: string, month: string, line: PricedLine, sign: 1n | -1n): void {
    const key = counterKeyOf(line.meter, line.match);
    const counted = line.quantity - sumOfParts(line.included);
    const counter = ownerOf(accountId, nameOf(month, key));
    this.used.set(counter, ((this.used.get(counter) ?? 0n) + sign * counted) as Quantity);
    for (const { inclusion, quantity } of line.included) this.take(accountId, inclusion, sign * quantity);
    if (line.rounding === 'up') return;
    const owner = ownerOf(accountId, key);
    const carried = multiply(whole(sign), subtract(line.price, whole(line.credits)));
    this.remainders.set(owner, add(this.remainders.get(owner) ?? ZERO, carried));
  }

  /** The lines of the spends that reversals name, by account and spend. */
  private async read(
    tx: Tx,
    reversals: readonly { accountId: string; source: { id: string } }[],
  ): Promise<Map<string, SpendUsage>> {
    if (reversals.length === 0) return new Map();
    const rows: { account_id: string; seq: string; lines: string }[] = await tx.query(
      `select account_id, seq, lines::text as lines from entry_rows
       where (account_id, seq) in (select * from unnest($1::text[], $2::bigint[]))
         and kind = 's' and lines is not null`,
      [
        reversals.map(({ accountId }) => accountId),
        reversals.map(({ source }) => `${partsOfSpendId(source.id)?.seq ?? 0n}`),
      ],
    );
    const bySeq = new Map(rows.map(({ account_id, seq, lines }) => [ownerOf(account_id, seq), toUsage(lines)]));
    return new Map(
      reversals.flatMap(({ accountId, source: { id } }) => {
        const usage = bySeq.get(ownerOf(accountId, `${partsOfSpendId(id)?.seq ?? 0n}`));
        return usage === undefined ? [] : [[ownerOf(accountId, id), usage] as const];
      }),
    );
  }
}

/** What is gone of inclusions and was not taken back: what was granted less what is left of it. */
async function takenOf(tx: Tx, { after, upTo }: AccountRange): Promise<Map<string, Quantity>> {
  const rows: { account_id: string; id: string; taken: string }[] = await tx.query(
    `select account_id, id, (granted - remaining - taken_back)::text as taken
     from usage_inclusions where account_id > $1 and ($2::text is null or account_id <= $2)`,
    [after, upTo],
  );
  return new Map(rows.map((row) => [ownerOf(row.account_id, row.id), quantityOfText(row.taken)]));
}

/** No account's id has a blank. */
function ownerOf(accountId: string, name: string): string {
  return `${accountId} ${name}`;
}

function differences<T>(
  rule: string,
  kept: ReadonlyMap<string, T>,
  sums: ReadonlyMap<string, T>,
  textOf: (sum: T) => string,
): BookFinding[] {
  return [...new Set([...kept.keys(), ...sums.keys()])].flatMap((owner) => {
    const [is, should] = [kept.get(owner), sums.get(owner)].map((one) => (one === undefined ? '0' : textOf(one)));
    if (is === should) return [];
    const end = owner.indexOf(' ');
    const [accountId, name] = [owner.slice(0, end), owner.slice(end + 1)];
    return [{ accountId, rule, detail: `${name}: kept is ${is}, lines sum to ${should}` }];
  });
}
