import { rfc3339 } from '../../kernel/clock.js';
import { csvOf } from '../../kernel/csv.js';
import { toJsonSum } from '../json-sum.js';
import { NO_METER } from '../usage/usage-of.js';
import type { AskedUsage } from './asked-usage.js';
import type { TopAccountAnswer, UsageReportAnswer, UsageSumAnswer } from './usage.dto.js';
import type { AccountRow, SumsRow, UsageRow } from './usage.queries.js';

/** A report, and what it was asked for by. */
export interface UsageReport {
  readonly asked: AskedUsage;
  readonly rows: readonly UsageRow[];
  /** Only where not all is counted yet. */
  readonly asOf?: string;
}

/** @throws ReportSumTooLarge */
export function usageReportAnswer({ asked, rows, asOf }: UsageReport): UsageReportAnswer {
  return { data: rows.map((row) => usageSumAnswer(row, asked)), ...(asOf === undefined ? {} : { asOf }) };
}

function usageSumAnswer(row: UsageRow, asked: AskedUsage): UsageSumAnswer {
  const { meter_key: meter, dimension_values: values, quantity } = row;
  return {
    ...spanOf(row, asked),
    meter: meter === NO_METER ? null : meter,
    dimensions: Object.fromEntries(
      asked.names.flatMap((name, place) => {
        const value = values[place];
        return value === null || value === undefined ? [] : [[name, value]];
      }),
    ),
    quantity: meter === NO_METER ? null : quantity,
    ...sumsAnswer(row),
  };
}

/** @throws ReportSumTooLarge */
export function topAccountAnswer(row: AccountRow, { isOfOneMeter }: { isOfOneMeter: boolean }): TopAccountAnswer {
  return { accountId: row.account_id, quantity: isOfOneMeter ? row.quantity : null, ...sumsAnswer(row) };
}

function sumsAnswer({ credits, cost }: SumsRow): Pick<UsageSumAnswer, 'credits' | 'cost'> {
  return {
    credits: toJsonSum(BigInt(credits)),
    cost: (cost ?? []).map(({ currency, amountMinor }) => ({ currency, amountMinor: toJsonSum(BigInt(amountMinor)) })),
  };
}

function spanOf({ period }: UsageRow, { beginnings, fromMs, toMs }: AskedUsage): { from: string; to: string } {
  return {
    from: rfc3339(new Date(beginnings[period - 1] ?? fromMs)),
    to: rfc3339(new Date(beginnings[period] ?? toMs)),
  };
}

/**
 * A report as a table: a column for each dimension that was asked for, and for each currency that something cost. Sums
 * are exact, however large: none is below 0, which a table would write as text.
 */
export function usageCsv({ asked, rows, asOf }: UsageReport): string {
  const currencies = [...new Set(rows.flatMap(({ cost }) => (cost ?? []).map(({ currency }) => currency)))].sort();
  const head = [
    ...['from', 'to', 'meter', ...asked.names.map((name) => `dimensions.${name}`), 'quantity', 'credits'],
    ...[...currencies.map((currency) => `cost.${currency}`), 'asOf'],
  ];
  const cells = rows.map((row) => {
    const { from, to } = spanOf(row, asked);
    const { meter_key: meter, dimension_values: values, quantity, credits, cost } = row;
    return [
      ...[from, to, meter === NO_METER ? null : meter, ...asked.names.map((_, place) => values[place])],
      ...[meter === NO_METER ? null : quantity, credits],
      ...currencies.map((currency) => cost?.find((one) => one.currency === currency)?.amountMinor),
      asOf,
    ];
  });
  return csvOf([head, ...cells]);
}
