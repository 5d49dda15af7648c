import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';
import { type ScripProcess, startProcess } from '../support/service/process.js';

/** Long enough for the head of a request to be on its way to its handler. */
const A_MOMENT_MS = 50;

describe('a caller who goes away in the middle of a body', () => {
  let database: TestDatabase;
  let scrip: ScripProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startProcess(database.url, { LOG_LEVEL: 'info' });
  });
  afterAll(async () => {
    await scrip.end('SIGTERM');
    await database.drop();
  });

  it.each(['/v1/spends', '/webhooks/stripe'])('leaves no error in the log, at %s', async (route) => {
    const { port, hostname } = new URL(scrip.url);
    const socket = connect(Number(port), hostname);
    const head = ['Host: x', 'Content-Type: application/json', 'Content-Length: 500'];
    socket.write(`POST ${route} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{"acc`);
    await setTimeout(A_MOMENT_MS);
    socket.destroy();
    await once(socket, 'close');

    // What the service has done by then stands in its log before the line of this request.
    const before = scrip.output().length;
    await scrip.api('GET', '/v1/products');
    await eventually(
      async () => scrip.output().slice(before),
      (log) => log.includes('"route":"/v1/products"'),
    );
    expect(scrip.output()).not.toContain('"level":"error"');
  });
});
