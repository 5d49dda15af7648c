import { CpuShares, type ProcessSample } from './cpu-shares.js';
import { ownerOf, type ProcessOwner, readChildren, readTimes, readTitle } from './proc.js';

/** Processes that end between two samples are known by their sum alone, so samples are taken often. */
const SAMPLE_EVERY_MS = 200;

/** How much the processes of one Postgres use the processors, by database. */
export class PostgresCpu {
  private readonly shares = new CpuShares();
  private readonly owners = new Map<string, ProcessOwner>();
  private sampling: Promise<void> = Promise.resolve();
  private isKnown = false;

  constructor(private readonly postmasterPid: number) {}

  /** Counts to a database what is used in its turn, until the returned function is called. */
  async startTurn(database: string): Promise<() => Promise<void>> {
    await this.sample(undefined);
    // A run that breaks off in the middle of a turn may end all the same.
    const timer = setInterval(() => void this.sample(database), SAMPLE_EVERY_MS).unref();
    return () => {
      clearInterval(timer);
      return this.sample(database);
    };
  }

  /** In milliseconds, all turns together; undefined where the system does not tell. */
  of(database: string): number | undefined {
    return this.isKnown ? this.shares.of(database) : undefined;
  }

  /** One after the other, so that none is older than the one before it. */
  private sample(turnOf: string | undefined): Promise<void> {
    this.sampling = this.sampling.then(() => this.take(turnOf));
    return this.sampling;
  }

  private async take(turnOf: string | undefined): Promise<void> {
    const children = await readChildren(this.postmasterPid);
    if (children === undefined) return;
    const processes = (await Promise.all(children.map((pid) => this.read(pid)))).filter((one) => one !== undefined);
    const postmaster = await readTimes(this.postmasterPid);
    if (postmaster === undefined) return;
    this.shares.add({ postmasterMs: postmaster.ownMs, endedMs: postmaster.endedChildrenMs, processes }, turnOf);
    this.isKnown = true;
  }

  private async read(pid: number): Promise<ProcessSample | undefined> {
    const times = await readTimes(pid);
    if (times === undefined) return undefined;
    const id = `${pid}@${times.startedAt}`;
    let owner = this.owners.get(id);
    if (owner === undefined) {
      // A process that has just begun has no title yet, and those that serve all have none that names a database.
      owner = ownerOf(await readTitle(pid));
      if (owner !== undefined) this.owners.set(id, owner);
    }
    return { id, ownMs: times.ownMs, owner };
  }
}
