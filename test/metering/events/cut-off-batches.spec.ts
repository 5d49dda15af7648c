import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { eventually } from '../../support/eventually.js';
import { type ScripProcess, startProcess } from '../../support/service/process.js';
import { TEST_KEY } from '../../support/service/scrip.js';
import { anEvent, BATCHED, STRUCTURED } from '../../support/shop/usage-events.js';

/** Long enough for what was sent to be read. */
const A_MOMENT_MS = 100;
const MEGABYTE = 1_048_576;

/** Bytes that a process has in memory, as Linux tells it; 0 elsewhere. */
function memoryOf(pid: number): number {
  const path = `/proc/${pid}/status`;
  return existsSync(path) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1]) * 1_024 : 0;
}

/** How many files and connections a process has open, as Linux tells it; 0 elsewhere. */
function openFilesOf(pid: number): number {
  const path = `/proc/${pid}/fd`;
  return existsSync(path) ? readdirSync(path).length : 0;
}

describe('a batch whose body is cut off, or is very large', () => {
  let database: TestDatabase;
  let scrip: ScripProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startProcess(database.url, { LOG_LEVEL: 'info' });
    await scrip.api('PUT', '/v1/accounts/ada', { body: {} });
    const grant = { amount: 10_000, category: 'promotional', reason: 'a test' };
    await scrip.api('POST', '/v1/accounts/ada/grants', { body: grant, idempotencyKey: 'g' });
  });
  afterAll(async () => {
    await scrip.end('SIGTERM');
    await database.drop();
  });

  const balance = async () => (await scrip.api('GET', '/v1/accounts/ada/balance')).balance;
  const open = (framing: string): Socket => {
    const { port, hostname } = new URL(scrip.url);
    const socket = connect(Number(port), hostname);
    const head = ['Host: x', `Authorization: Bearer ${TEST_KEY}`, `Content-Type: ${BATCHED}`, framing];
    socket.write(`POST /v1/usage HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
    return socket;
  };
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const answerOn = async (socket: Socket) => {
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    return eventually(
      async () => text,
      (read) => read.includes('\r\n\r\n') && (read.endsWith('}') || read.endsWith('0\r\n\r\n')),
    );
  };

  it('is as if it had never been sent, and can be sent again whole', async () => {
    const before = await balance();
    const events = Array.from({ length: 500 }, () => anEvent('ada', { data: { quantity: 1 } }));
    const text = JSON.stringify(events);
    for (const framing of [`Content-Length: ${text.length}`, 'Transfer-Encoding: chunked']) {
      const socket = open(framing);
      const half = text.slice(0, text.length / 2);
      socket.write(framing.startsWith('C') ? half : chunk(half));
      await setTimeout(A_MOMENT_MS);
      socket.destroy();
      await once(socket, 'close');
    }
    const whole = open('Transfer-Encoding: chunked');
    // Cut anywhere, also in the middle of a character or an escape.
    for (let at = 0; at < text.length; at += 997) whole.write(chunk(text.slice(at, at + 997)));
    whole.write('0\r\n\r\n');
    const answer = await answerOn(whole);
    expect(answer.match(/"status":"accepted"/g)).toHaveLength(500);
    expect(await balance()).toBe(before - 500);
    expect(scrip.output()).not.toContain('"level":"error"');
    const headers = { authorization: `Bearer ${TEST_KEY}` };
    const metrics = await (await fetch(`${scrip.url}/metrics`, { headers })).text();
    expect(metrics).toContain('result="rejected",reason="malformed-request"');
    expect(metrics).not.toContain('database-unavailable');
  });

  it('that ends by its framing before its list does is refused as a whole', async () => {
    const before = await balance();
    const socket = open('Transfer-Encoding: chunked');
    socket.write(chunk(`[${JSON.stringify(anEvent('ada'))},{"id":`));
    socket.write('0\r\n\r\n');
    expect(await answerOn(socket)).toMatch(/^HTTP\/1\.1 400 .*\/problems\/malformed-json/s);
    expect(await balance()).toBe(before);
  });

  it('of a thousand events of 64 KiB each is taken, and its bytes are not kept', async () => {
    const before = await balance();
    const padded = () => {
      const event = JSON.stringify(anEvent('ada', { data: { quantity: 0.5 }, padding: '' }));
      return event.replace('"padding":""', `"padding":"${'x'.repeat(65_536 - event.length)}"`);
    };
    /** Sends a batch, and returns the most memory that the process had meanwhile. */
    const send = async () => {
      const socket = open('Transfer-Encoding: chunked');
      let most = 0;
      for (let n = 0; n < 1_000; n += 1) {
        if (!socket.write(chunk(`${n === 0 ? '[' : ','}${padded()}`))) await once(socket, 'drain');
        if (n % 50 === 49) most = Math.max(most, memoryOf(scrip.pid));
      }
      socket.write(`${chunk(']')}0\r\n\r\n`);
      expect((await answerOn(socket)).match(/"status":"accepted"/g)).toHaveLength(1_000);
      return most;
    };
    // With the first one the process grows to what it needs for this kind of work.
    const first = await send();
    expect((await send()) - first).toBeLessThan(24 * MEGABYTE);
    expect(await balance()).toBe(before - 2_000);
  });

  it.each([
    ['a batch', BATCHED],
    ['an event', STRUCTURED],
  ])('that is refused before its end as %s does not hold up the request behind it', async (_what, type) => {
    const { port, hostname } = new URL(scrip.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const body = `x${' '.repeat(2 * MEGABYTE)}`;
    const head = ['Host: x', `Authorization: Bearer ${TEST_KEY}`, `Content-Type: ${type}`];
    const request = (text: string) =>
      `POST /v1/usage HTTP/1.1\r\n${[...head, `Content-Length: ${text.length}`].join('\r\n')}\r\n\r\n${text}`;
    socket.write(request(body));
    socket.write(request('[]'));
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    const answers = await eventually(
      async () => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      (found) => found.length === 2,
    );
    expect(answers).toEqual(type === BATCHED ? ['400', '200'] : ['413', '400']);
    socket.destroy();
  });

  it('books nothing and leaves nothing behind, however often it is cut off behind its first events', async () => {
    const before = await balance();
    const padding = 'x'.repeat(20_000);
    const first = JSON.stringify(Array.from({ length: 40 }, () => anEvent('ada', { padding }))).slice(0, -1);
    /** Cuts sixty batches off, and returns the memory that the process has when all of them are gone. */
    const cutOff = async (openBefore: number) => {
      for (let n = 0; n < 60; n += 1) {
        const socket = open('Transfer-Encoding: chunked');
        if (!socket.write(chunk(first))) await once(socket, 'drain');
        socket.destroy();
        await once(socket, 'close');
      }
      await eventually(
        async () => openFilesOf(scrip.pid),
        (files) => files <= openBefore,
      );
      return memoryOf(scrip.pid);
    };
    const files = openFilesOf(scrip.pid);
    const once60 = await cutOff(files);
    // All that was sent is more than twice as much.
    expect((await cutOff(files)) - once60).toBeLessThan(20 * MEGABYTE);
    expect(await balance()).toBe(before);
    expect(scrip.output()).not.toContain('"level":"error"');
  });

  it('is refused at its 1,001st event, and told so though it is still being sent', async () => {
    const before = await balance();
    const socket = open('Transfer-Encoding: chunked');
    socket.on('error', () => undefined);
    const heard = answerOn(socket);
    socket.write(chunk('['));
    for (let n = 0; n < 1_001; n += 1) socket.write(chunk(`${JSON.stringify(anEvent('ada'))},`));
    expect(await heard).toMatch(/^HTTP\/1\.1 400 .*\/problems\/validation-failed.*1000 events/s);
    expect(await balance()).toBe(before);
    socket.destroy();
  });

  it('that is larger is refused by name, while it is still being sent', async () => {
    const socket = open('Transfer-Encoding: chunked');
    socket.on('error', () => undefined);
    const heard = answerOn(socket);
    const blanks = chunk(' '.repeat(MEGABYTE));
    for (let n = 0; n < 66; n += 1) if (!socket.write(blanks)) await once(socket, 'drain');
    expect(await heard).toMatch(/^HTTP\/1\.1 413 .*\/problems\/payload-too-large/s);
    socket.destroy();
  });
});
