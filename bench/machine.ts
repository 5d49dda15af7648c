import { readFile, stat } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { median } from './contest.js';
import { Histogram } from './load/histogram.js';
import { describeGenerator } from './report/progress.js';
import { HOT } from './stage.js';
import type { Workbench } from './workbench.js';

/** What the numbers depend on, by name, in the order in which it is shown. */
export type Machine = ReadonlyMap<string, string>;

export async function describeMachine(bench: Workbench): Promise<Machine> {
  const processors = cpus();
  const [version] = await bench.ask('select version()');
  return new Map([
    ['Processor', `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'} (${arch()})`],
    ['Memory', `${(totalmem() / 1024 ** 3).toFixed(1)} GiB`],
    ['System', `${platform()} ${release()}`],
    ['Node', process.version],
    ['Postgres', /PostgreSQL [\d.]+/.exec(version?.version ?? '')?.[0] ?? 'unknown'],
    ['Durability', await durability(bench)],
    ['Data folder', await fileSystem(bench.folder)],
    ['One commit alone', `${(await commitMs(bench)).toFixed(2)} ms`],
    ['Date', new Date().toISOString().slice(0, 16).replace('T', ' ')],
  ]);
}

async function durability(bench: Workbench): Promise<string> {
  const settings = [];
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers']) {
    const [row] = await bench.ask(`show ${name}`);
    settings.push(`${name} ${row?.[name]}`);
  }
  return settings.join(', ');
}

/** The kind of file system: nothing is durable in memory. */
async function fileSystem(folder: string): Promise<string> {
  const { dev } = await stat(folder);
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')).split('\n');
  const number = `${Math.floor(dev / 256)}:${dev % 256}`;
  const mount = mounts.find((line) => line.split(' ')[2] === number);
  return mount === undefined ? 'unknown' : (mount.split(' - ')[1]?.split(' ')[0] ?? 'unknown');
}

/** How long one connection waits for the disk. */
async function commitMs(bench: Workbench): Promise<number> {
  return bench.withClient(await bench.database('commits'), async (client) => {
    await client.query('create table commits (at timestamptz)');
    const taken: number[] = [];
    for (let n = 0; n < 200; n += 1) {
      const from = performance.now();
      await client.query('insert into commits values (now())');
      taken.push(performance.now() - from);
    }
    return median(taken);
  });
}

/** What the load generator can do at most. */
export async function measureGenerator(bench: Workbench): Promise<string> {
  const noop = await bench.start({ name: 'The server that does nothing', program: 'bench/noop/sockets.js' });
  const workload = { kind: 'spend', accounts: HOT } as const;
  const job = { kind: 'http', port: noop.port, key: 'sk_nobody', connections: 64, workload } as const;
  await bench.generator.run({ ...job, seconds: 1 });
  const { units, seconds, latencies } = await bench.generator.run({ ...job, seconds: 2 });
  await noop.stop();
  return describeGenerator(units / seconds, new Histogram(latencies).percentileMs(0.5));
}
