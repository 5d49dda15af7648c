import { Batches } from './batches.js';

const REFRESH_EVERY_MS = 60_000;
/** A node that fails is not asked for again by every batch. */
const REFRESH_AT_MOST_EVERY_MS = 1_000;

/** What the coordinator is asked. */
interface Coordinator {
  query<Row>(sql: string): Promise<Row[]>;
}

/**
 * Connections for batches straight to the nodes that have the shards of the books. A node that has a shard no more
 * sends on what it is sent, so what is known here may be old: it is asked for again every minute, and when a node
 * fails.
 */
export class Nodes {
  /** By host and port. */
  private readonly batches = new Map<string, Batches>();
  private ofShards = new Map<number, Batches>();
  private askedMs = Number.NEGATIVE_INFINITY;

  /** `url` is that of the coordinator: user, password, database and settings are the same at every node. */
  constructor(
    private readonly coordinator: Coordinator,
    private readonly url: string,
    private readonly size: number,
  ) {}

  /** The connections to the node that has a shard; undefined where that is not known. */
  of(shard: number): Batches | undefined {
    if (this.isOlderThan(REFRESH_EVERY_MS)) this.refreshSoon();
    return this.ofShards.get(shard);
  }

  /** Asks where shards are, and lets nobody wait for it. What was known stays when nobody answers. */
  refreshSoon(): void {
    if (this.isOlderThan(REFRESH_AT_MOST_EVERY_MS)) void this.refresh().catch(() => undefined);
  }

  async refresh(): Promise<void> {
    this.askedMs = performance.now();
    const placements = await this.coordinator.query<{ shard: string; host: string; port: number }>(
      `select shardid as shard, nodename as host, nodeport as port
       from pg_dist_shard
       join pg_dist_placement using (shardid)
       join pg_dist_node using (groupid)
       where logicalrelid = 'balances'::regclass
         and noderole = 'primary'`,
    );
    this.ofShards = new Map(placements.map(({ shard, host, port }) => [Number(shard), this.batchesOf(host, port)]));
  }

  async end(): Promise<void> {
    await Promise.all([...this.batches.values()].map((batches) => batches.end()));
  }

  private isOlderThan(ms: number): boolean {
    return performance.now() - this.askedMs > ms;
  }

  private batchesOf(host: string, port: number): Batches {
    const url = new URL(this.url);
    url.hostname = host.includes(':') ? `[${host}]` : host;
    url.port = `${port}`;
    const known = this.batches.get(url.host);
    if (known !== undefined) return known;
    const batches = new Batches(url.href, this.size, true);
    this.batches.set(url.host, batches);
    return batches;
  }
}
