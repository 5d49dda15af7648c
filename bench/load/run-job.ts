import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Connection } from './connection.js';
import { CopiedRows } from './copy-rows.js';
import { Histogram } from './histogram.js';
import { accountIds, type CopyJob, type HttpJob, type Job, type JobResult, type SqlJob } from './job.js';
import { freshKey, Requests } from './requests.js';
import { Tally } from './tally.js';
import { pick, unitOfWork } from './units-of-work.js';

/** Runs one load to its end. Rejects when a connection is lost, since then nobody knows what was acknowledged. */
export function runJob(job: Job): Promise<JobResult> {
  if (job.kind === 'http') return overHttp(job);
  return job.kind === 'sql' ? overSql(job) : byCopy(job);
}

async function overHttp(job: HttpJob): Promise<JobResult> {
  const [result, beside] = await Promise.all([
    loadOver(job, job),
    job.beside === undefined ? undefined : loadOver(job, job.beside),
  ]);
  if (beside === undefined) return result;
  const acknowledged = { ...result.acknowledged };
  for (const [accountId, count] of Object.entries(beside.acknowledged))
    acknowledged[accountId] = (acknowledged[accountId] ?? 0) + count;
  const refusals = Object.values(beside.failures).reduce((sum, count) => sum + count, 0);
  return { ...result, acknowledged, beside: { units: beside.units, latencies: beside.latencies, refusals } };
}

async function loadOver(job: HttpJob, load: Pick<HttpJob, 'connections' | 'workload' | 'everyMs'>): Promise<JobResult> {
  const tally = new Tally();
  const work = unitOfWork(load.workload, new Requests(job), tally);
  const connections = await Promise.all(Array.from({ length: load.connections }, () => Connection.open(job.port)));
  try {
    return await closedLoop(job.seconds, connections, work, tally, load.everyMs);
  } finally {
    for (const connection of connections) connection.close();
  }
}

async function overSql(job: SqlJob): Promise<JobResult> {
  const tally = new Tally();
  const ids = accountIds(job.accounts);
  const clients = Array.from({ length: job.connections }, () => new pg.Client({ connectionString: job.url }));
  await Promise.all(clients.map((client) => client.connect()));
  const work = async (client: pg.Client) => {
    const accountId = pick(ids);
    // A named statement is planned once a connection, which is the fastest way to call the function.
    await client.query({ name: 'spend', text: 'select spend($1, 1, $2)', values: [accountId, freshKey()] });
    tally.spent(accountId);
    return 1;
  };
  try {
    return await closedLoop(job.seconds, clients, work, tally);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function byCopy(job: CopyJob): Promise<JobResult> {
  const clients = Array.from({ length: job.connections }, () => new pg.Client({ connectionString: job.url }));
  await Promise.all(clients.map((client) => client.connect()));
  try {
    const lanes = [];
    for (const client of clients) lanes.push({ client, rows: await CopiedRows.of(client, job) });
    return await closedLoop(job.seconds, lanes, ({ client, rows }) => rows.copy(client), new Tally());
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** Every lane does one unit after the other. Units that end after the measured time are tallied, but not counted. */
async function closedLoop<Lane>(
  seconds: number,
  lanes: readonly Lane[],
  work: (lane: Lane) => Promise<number>,
  tally: Tally,
  everyMs = 0,
): Promise<JobResult> {
  const latencies = new Histogram();
  let units = 0;
  let unitsInAll = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const deadline = start + seconds * 1_000;
  const run = async (lane: Lane) => {
    // At a steady rate the lanes do not all send at the same moment.
    if (everyMs > 0) await sleep(Math.random() * everyMs);
    for (let from = performance.now(); from < deadline; ) {
      const done = await work(lane);
      const to = performance.now();
      unitsInAll += done;
      if (to <= deadline && done > 0) {
        units += done;
        latencies.record(to - from);
      }
      const pauseMs = from + everyMs - to;
      if (everyMs > 0 && pauseMs > 0) await sleep(pauseMs);
      from = performance.now();
    }
  };
  await Promise.all(lanes.map(run));
  const used = process.cpuUsage(cpu);
  return {
    units,
    unitsInAll,
    seconds,
    latencies: latencies.toJSON(),
    failures: Object.fromEntries(tally.failures),
    acknowledged: Object.fromEntries(tally.acknowledged),
    generatorCpuShare: (used.user + used.system) / 1_000 / (performance.now() - start),
  };
}
