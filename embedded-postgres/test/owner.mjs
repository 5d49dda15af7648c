/**
 * A process that owns an embedded Postgres, for tests that kill it. It runs in a folder of its own, takes the options as
 * JSON, tells what happens as lines of JSON, and stops its server on SIGTERM, or on SIGINT after one more query.
 */
import { startEmbeddedPostgres } from '@scrip/embedded-postgres';
import pg from 'pg';

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

try {
  const startedAtMs = performance.now();
  const server = await startEmbeddedPostgres(JSON.parse(process.argv[2]));
  // Only a timer keeps the process alive: the server alone does not.
  const alive = setInterval(() => {}, 60_000);
  const stop = async () => {
    await server.stop();
    await server.stop();
    clearInterval(alive);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query('select 42 as answer');
    await client.end();
    tell({ answer: rows[0].answer });
    await stop();
  });
  server.died.then((error) => {
    tell({ died: error.message });
    clearInterval(alive);
  });
  tell({ url: server.url, pid: server.pid, startMs: Math.round(performance.now() - startedAtMs) });
} catch (error) {
  tell({ error: error.name, message: error.message });
  process.exitCode = 1;
}
