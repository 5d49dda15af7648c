import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Contestant, Scenario } from '../contest.js';
import { askAll } from '../load/ask-all.js';
import { type Accounts, accountIds, type Workload } from '../load/job.js';
import { freshKey, Requests } from '../load/requests.js';
import type { SeededAccount } from '../seed/scrip-ledger.js';
import type { Side } from '../side.js';
import type { Workbench } from '../workbench.js';

/** The ordinary accounts, and how they spend: 400 times a second in all. */
const OTHERS: Accounts = { kind: 'spread', count: 64 };
const CONNECTIONS = 16;
const EVERY_MS = 40;

const LIVE_GRANTS = 10_000;
const DUE_GRANTS = 3_000;
const HOLDS = 10_000;
const HOLD_SECONDS = 86_400;
/** When what falls due at once does, after a round has begun. */
const DUE_AFTER_MS = 500;
const SEEDED_ENTRIES = 2;

const HEAVY = ['ordinary', 'locked', 'batches', 'due-grants', 'holds', 'due-holds', 'live-grants'] as const;
type Heavy = (typeof HEAVY)[number];

export function accountsOfFairness(): SeededAccount[] {
  return [...accountIds(OTHERS), ...HEAVY].map((accountId) => ({ accountId, entries: SEEDED_ENTRIES }));
}

/** A steady load of ordinary accounts, alone and next to one account that has much of something. */
export function spendBesideHeavyAccounts(side: Side, bench: Workbench): Scenario {
  const { service, key } = side;
  if (service === undefined) throw new Error('fairness is measured over HTTP');
  const heavy = new HeavyAccounts(side, bench);
  const one = (label: string, beside?: [Heavy, number, Workload['kind']], before?: Contestant['before']) => ({
    id: `fairness-${label}`,
    label,
    side,
    ...(before !== undefined && { before }),
    job: {
      kind: 'http' as const,
      port: service.port,
      ...(key !== undefined && { key }),
      connections: CONNECTIONS,
      everyMs: EVERY_MS,
      workload: { kind: 'spend' as const, accounts: OTHERS },
      ...(beside !== undefined && { beside: { connections: beside[1], workload: workloadOf(beside[0], beside[2]) } }),
    },
  });
  return {
    id: 'fairness',
    title: 'Spends of ordinary accounts beside one heavy account',
    unit: 'spends',
    note:
      `${CONNECTIONS} connections spend every ${EVERY_MS} ms from ${accountIds(OTHERS).length} accounts. The heavy ` +
      'account has a closed loop of its own: 8 connections, or 2 where it sends batches of 1,000.',
    prepare: () => heavy.prepare(),
    contestants: [
      one('alone'),
      one('beside an ordinary account', ['ordinary', 8, 'spend']),
      one('beside a locked account', ['locked', 8, 'spend'], () => heavy.lock()),
      one('beside batches of 1,000', ['batches', 2, 'batch']),
      one('beside 3,000 grants due at once', ['due-grants', 8, 'spend'], () => heavy.letGrantsFallDue()),
      one('beside 10,000 holds and captures', ['holds', 8, 'hold-and-capture']),
      one('beside 10,000 holds due at once', ['due-holds', 8, 'spend'], () => heavy.letHoldsFallDue()),
      one('beside 10,000 live grants', ['live-grants', 8, 'spend']),
    ],
  };
}

function workloadOf(accountId: Heavy, kind: Workload['kind']): Workload {
  const accounts: Accounts = { kind: 'one', accountId };
  if (kind === 'batch') return { kind, accounts, items: 1_000 };
  return { kind: kind === 'spend' ? 'spend' : 'hold-and-capture', accounts };
}

/** Makes accounts heavy: by calls, and by SQL what no call can bring about at one instant. */
class HeavyAccounts {
  private given = 0;

  constructor(
    private readonly side: Side,
    private readonly bench: Workbench,
  ) {}

  async prepare(): Promise<void> {
    await this.openHolds('holds');
    await this.givePending('live-grants', LIVE_GRANTS, { afterMs: 0, livesMs: null });
    this.side.books?.acknowledge({ 'live-grants': -LIVE_GRANTS });
    // Every write first posts what is due.
    await this.ask([this.spendOf('live-grants')]);
    this.side.books?.acknowledge({ 'live-grants': 1 });
  }

  /** Another program holds the account until the round is over. */
  async lock(): Promise<() => Promise<void>> {
    let release = () => {};
    const isOver = new Promise<void>((resolve) => {
      release = resolve;
    });
    let locked = () => {};
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve;
    });
    const holding = this.withClient(async (client) => {
      await client.query('begin');
      await client.query(`select from balances where account_id = 'locked' for update`);
      locked();
      await isOver;
      await client.query('rollback');
    });
    await isLocked;
    return async () => {
      release();
      await holding;
    };
  }

  /** They are effective for a quarter of a second, and nobody takes from them: the balance ends as it was. */
  async letGrantsFallDue(): Promise<() => Promise<void>> {
    await this.givePending('due-grants', DUE_GRANTS, { afterMs: DUE_AFTER_MS, livesMs: 250 });
    return async () => {
      await sleep(DUE_AFTER_MS);
      await this.ask([this.spendOf('due-grants')]);
      this.side.books?.acknowledge({ 'due-grants': 1 });
    };
  }

  async letHoldsFallDue(): Promise<() => Promise<void>> {
    await this.openHolds('due-holds');
    await this.withClient(async (client) => {
      await client.query('begin');
      await client.query(`select from balances where account_id = 'due-holds' for no key update`);
      await client.query(
        `update holds set expires_at = now() + make_interval(secs => $1)
         where account_id = 'due-holds' and status = 'active'`,
        [DUE_AFTER_MS / 1_000],
      );
      await client.query(`update balances set holds_changed = holds_changed + 1 where account_id = 'due-holds'`);
      await client.query('commit');
    });
    return async () => {};
  }

  private async givePending(accountId: Heavy, grants: number, { afterMs, livesMs }: Life): Promise<void> {
    this.given += 1;
    await this.withClient(async (client) => {
      await client.query('begin');
      await client.query('select from balances where account_id = $1 for no key update', [accountId]);
      await client.query(
        `insert into grants (account_id, id, ordinal, amount, remaining, category, priority, status, effective_at, expires_at,
           source_type, source_id, created_at)
         select account_id, 'grt_' || lpad($3::text || lpad(n::text, 6, '0'), 26, '0'), grants_made + n, 1, 0,
           'promotional', case when $5::float is null then 50 else 100 end, 'pending', at, case when $5::float is null then at + interval '100 days' + n * interval '1 s'
           else at + make_interval(secs => $5) end, 'bench', $3 || '-' || n, now()
         from balances cross join (select now() + make_interval(secs => $4) as at) t
         cross join generate_series(1, $2::int) n
         where account_id = $1`,
        [accountId, grants, `${this.given}`, afterMs / 1_000, livesMs === null ? null : livesMs / 1_000],
      );
      await client.query('update balances set grants_made = grants_made + $2 where account_id = $1', [
        accountId,
        grants,
      ]);
      await client.query('commit');
    });
  }

  private openHolds(accountId: Heavy): Promise<void> {
    const body = JSON.stringify({ accountId, amount: 1, expiresInSeconds: HOLD_SECONDS });
    return this.ask(Array.from({ length: HOLDS }, () => this.requests.post('/v1/holds', body, freshKey())));
  }

  private spendOf(accountId: Heavy): string {
    return this.requests.post('/v1/spends', JSON.stringify({ accountId, amount: 1 }), freshKey());
  }

  private get requests(): Requests {
    return new Requests({ port: this.side.service?.port ?? 0, ...(this.side.key && { key: this.side.key }) });
  }

  private async ask(requests: string[]): Promise<void> {
    await askAll(this.side.service?.port ?? 0, requests, () => undefined);
  }

  private withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.bench.withClient(this.side.url ?? '', work);
  }
}

/** When a grant is effective, and for how long; null for a hundred days and more, each ending by itself. */
interface Life {
  readonly afterMs: number;
  readonly livesMs: number | null;
}
