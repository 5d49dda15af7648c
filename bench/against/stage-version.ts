import { join } from 'node:path';
import { Books } from '../books.js';
import { askAll } from '../load/ask-all.js';
import { accountIds } from '../load/job.js';
import { freshKey, Requests } from '../load/requests.js';
import type { Side } from '../side.js';
import { HOT, SCRIP_KEY, SPREAD, scripEnvironment } from '../stage.js';
import type { Workbench } from '../workbench.js';
import type { Version } from './versions.js';

/** Of each of an account's two grants: more than any run spends, within what one request may give. */
const GRANT_CREDITS = 500_000_000_000;
const YEAR_MS = 365 * 86_400_000;

const ACCOUNTS = [...accountIds(HOT), ...accountIds(SPREAD)];

/** A side that is a version of Scrip, of which no more is known than its HTTP interface. */
export interface VersionSide extends Side {
  readonly version: Version;
  readonly url: string;
  readonly books: Books;
  readonly environment: Readonly<Record<string, string>>;
  /** Asks the service for all balances, by account. */
  readBalances(): Promise<Map<string, bigint>>;
}

/** Starts a version on a database of its own, which it lays out itself, and opens the accounts by asking for them. */
export async function stageVersion(bench: Workbench, version: Version): Promise<VersionSide> {
  const { name, description, folder } = version;
  const url = await bench.database(name);
  const environment = { ...scripEnvironment(bench, name, url), LOG_LEVEL: 'info' };
  const program = join(folder, 'dist', 'src', 'main.js');
  const service = await bench.start({ name: `"${name}" (${description})`, program, environment });
  const requests = new Requests({ port: service.port, key: SCRIP_KEY });
  await openAccounts(service.port, requests);
  await bench.withClient(url, (client) => client.query('vacuum analyze'));
  const readBalances = () => balances(service.port, requests);
  return {
    ...{ version, name, description: `${name}, ${description}`, url, service, key: SCRIP_KEY, environment },
    ...{ readBalances, books: new Books(await readBalances()) },
  };
}

/** Each account gets credits that expire and credits that were bought, as those of the other comparison have. */
async function openAccounts(port: number, requests: Requests): Promise<void> {
  const expiresAt = new Date(Date.now() + YEAR_MS).toISOString();
  const gift = { amount: GRANT_CREDITS, category: 'promotional', reason: 'Benchmark', expiresAt };
  const bought = { amount: GRANT_CREDITS, category: 'paid', reason: 'Benchmark' };
  const ask = (written: string[]) => askAll(port, written, () => undefined);
  await ask(ACCOUNTS.map((id) => requests.put(`/v1/accounts/${id}`, '{}')));
  for (const grant of [gift, bought])
    await ask(ACCOUNTS.map((id) => requests.post(`/v1/accounts/${id}/grants`, JSON.stringify(grant), freshKey())));
}

async function balances(port: number, requests: Requests): Promise<Map<string, bigint>> {
  const written = ACCOUNTS.map((id) => requests.get(`/v1/accounts/${id}/balance`));
  const read = await askAll(port, written, ({ body }) => {
    const { balance } = JSON.parse(body.toString('utf8')) as { balance: number };
    return BigInt(balance);
  });
  return new Map(ACCOUNTS.map((id, index) => [id, read[index] ?? 0n]));
}
