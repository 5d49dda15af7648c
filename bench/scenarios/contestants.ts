import type { Contestant } from '../contest.js';
import type { Accounts, Workload } from '../load/job.js';
import type { Side } from '../side.js';

/** A load over HTTP on the service of a side. */
export function overHttp(side: Side, connections: number, workload: Workload, what = 'HTTP'): Contestant {
  if (side.service === undefined) throw new Error(`${side.name} has no service`);
  return {
    id: `${side.name}-${workload.kind}-${connections}`,
    label: `${side.name}, ${what}, ${connections} connections`,
    side,
    job: { kind: 'http', port: side.service.port, key: side.key, connections, workload },
  };
}

/** Clients that call the function of a side. */
export function bySql(side: Side, connections: number, accounts: Accounts): Contestant {
  if (side.url === undefined) throw new Error(`${side.name} has no database`);
  return {
    id: `${side.name}-${connections}`,
    label: `${side.name}, called directly, ${connections} clients`,
    side,
    job: { kind: 'sql', url: side.url, connections, accounts },
  };
}
