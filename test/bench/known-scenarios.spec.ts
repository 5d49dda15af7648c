import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findKnown } from '../../bench/against/scenarios.js';
import { Books } from '../../bench/books.js';
import type { Scenario } from '../../bench/contest.js';
import { GeneratorProcess } from '../../bench/load/generator-process.js';
import type { Workload } from '../../bench/load/job.js';

const HOT = { kind: 'hot' } as const;

describe('what both versions know', () => {
  let generator: GeneratorProcess;
  let server: Server;
  let books: Books;
  let answers: Record<string, number>;

  beforeEach(async () => {
    generator = new GeneratorProcess();
    books = new Books(new Map([['hot', 10n]]));
    answers = { '/v1/spends': 201 };
    server = createServer((request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(answers[request.url ?? ''] ?? 404, { 'content-length': 2 }).end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await generator.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  function scenario(title: string, workload: Workload): Scenario {
    const { port } = server.address() as AddressInfo;
    const job = { kind: 'http', port, connections: 64, workload } as const;
    const side = { name: 'before', description: 'before', books };
    return { id: title, title, unit: 'spends', note: '', contestants: [{ id: title, label: title, side, job }] };
  }

  it('leaves out what one of them has no route for, and counts what it tried', async () => {
    const spends = scenario('Spends', { kind: 'spend', accounts: HOT });
    const batches = scenario('Batches', { kind: 'batch', accounts: HOT, items: 2 });
    await expect(findKnown([spends, batches], generator)).resolves.toEqual({
      known: [spends],
      unknown: ['Batches: "before" answers batch: 404 {}'],
    });
    // The load is a closed loop: a second request may be on its way when the first has been answered.
    const tried = BigInt(books.total);
    expect(tried).toBeGreaterThan(0n);
    expect(() => books.proveBalances(new Map([['hot', 10n - tried]]))).not.toThrow();
    expect(() => books.proveBalances(new Map([['hot', 10n]]))).toThrow(
      `hot: balance 10, but 10 less ${tried} acknowledged is ${10n - tried}`,
    );
  });

  it('does not take a fault for something unknown', async () => {
    answers['/v1/spends'] = 500;
    const spends = scenario('Spends', { kind: 'spend', accounts: HOT });
    await expect(findKnown([spends], generator)).rejects.toThrow('"before" cannot be measured: spend: 500 {}');
  });
});
