import { rfc3339 } from '../../kernel/clock.js';
import { csvOf } from '../../kernel/csv.js';
import { NO_METER } from '../usage/usage-of.js';
import type { AskedUsage } from './asked-usage.js';
import type { TopAccountAnswer, UsageReportAnswer, UsageSumAnswer } from './usage.dto.js';
import type { AccountRow, UsageRow } from './usage.queries.js';

export function usageSumAnswer(row: UsageRow, { beginnings, fromMs, toMs, names }: AskedUsage): UsageSumAnswer {
  const { period, meter_key: meter, dimension_values: values, quantity, credits, cost } = row;
  return {
    from: rfc3339(new Date(beginnings[period - 1] ?? fromMs)),
    to: rfc3339(new Date(beginnings[period] ?? toMs)),
    meter: meter === NO_METER ? null : meter,
    dimensions: Object.fromEntries(
      names.flatMap((name, place) => {
        const value = values[place];
        return value === null || value === undefined ? [] : [[name, value]];
      }),
    ),
    quantity: meter === NO_METER ? null : quantity,
    credits: Number(credits),
    cost: cost ?? [],
  };
}

export function topAccountAnswer(row: AccountRow, { isOfOneMeter }: { isOfOneMeter: boolean }): TopAccountAnswer {
  return {
    accountId: row.account_id,
    quantity: isOfOneMeter ? row.quantity : null,
    credits: Number(row.credits),
    cost: row.cost ?? [],
  };
}

/** A report as a table: a column for each dimension that was asked for, and for each currency that something cost. */
export function usageCsv({ data, asOf }: UsageReportAnswer, { names }: AskedUsage): string {
  const currencies = [...new Set(data.flatMap(({ cost }) => cost.map(({ currency }) => currency)))].sort();
  const head = [
    ...['from', 'to', 'meter', ...names.map((name) => `dimensions.${name}`), 'quantity', 'credits'],
    ...[...currencies.map((currency) => `cost.${currency}`), 'asOf'],
  ];
  const rows = data.map(({ from, to, meter, dimensions, quantity, credits, cost }) => [
    ...[from, to, meter, ...names.map((name) => dimensions[name])],
    ...[quantity, credits],
    ...currencies.map((currency) => cost.find((one) => one.currency === currency)?.amountMinor),
    asOf,
  ]);
  return csvOf([head, ...rows]);
}
