import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import tls from 'node:tls';
import { FindAddresses } from '../../src/deliveries/addresses/find-addresses.js';
import type { HostResolver } from '../../src/deliveries/addresses/host-resolver.js';
import { PostMessage } from '../../src/deliveries/addresses/post-message.js';
import { HOOK_CERTIFICATE } from '../support/service/certificate.js';
import { type Receiver, startReceiver } from '../support/service/receiver.js';

const BODY = '{"id":"evt_1"}';
/** What the name servers answer, and what they were asked for. */
let resolve: HostResolver['resolve'];
const asked: string[] = [];
const resolver: HostResolver = {
  resolve: (host) => {
    asked.push(host);
    return resolve(host);
  },
};

const v4 = (address: string): LookupAddress => ({ address, family: 4 });

function post(address: string, { allowPrivate = true, withinMs = 5_000, breakOff }: Options = {}) {
  const messages = new PostMessage(new FindAddresses({ webhookAllowPrivate: allowPrivate }, resolver));
  return messages.run({ address, headers: { 'content-type': 'application/json' }, body: BODY }, { withinMs, breakOff });
}

interface Options {
  allowPrivate?: boolean;
  withinMs?: number;
  breakOff?: AbortSignal;
}

let receiver: Receiver;
beforeEach(async () => {
  asked.length = 0;
  resolve = async () => [v4('127.0.0.1')];
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

describe('what is dialled', () => {
  it('is the address that was checked, under the name of the host', async () => {
    const result = await post(`http://hook.test:${receiver.port}/hook`);
    expect(result).toMatchObject({ status: 200, text: 'ok', failure: null });
    expect(receiver.received[0]?.headers.host).toBe(`hook.test:${receiver.port}`);
    expect(receiver.received[0]?.text).toBe(BODY);
  });

  it('does not change when the name server does', async () => {
    const other = await startReceiver({ host: '127.0.0.2', port: receiver.port });
    const answers = [[v4('127.0.0.1')], [v4('127.0.0.2')]];
    resolve = async () => answers.shift() ?? [];
    expect((await post(`http://hook.test:${receiver.port}/`)).status).toBe(200);
    expect([asked.length, receiver.received.length, other.received.length]).toEqual([1, 1, 0]);
    await other.close();
  });

  it.each([
    [['127.0.0.1']],
    [['8.8.8.8', '127.0.0.1']],
    [['169.254.169.254']],
    [['::ffff:127.0.0.1']],
    [['64:ff9b::7f00:1']],
    [['not an address']],
    [[]],
  ])('is nothing where one of the results is not public: %j', async (results) => {
    resolve = async () => results.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const result = await post(`https://hook.test:${receiver.port}/`, { allowPrivate: false });
    expect(result).toMatchObject({ status: null, text: null });
    expect(result.failure).toMatch(/^the address is not allowed: it must (not lead into a private|have a host)/);
    expect(receiver.received).toEqual([]);
  });

  it('is nothing where the address itself is private, or became so', async () => {
    expect((await post(`https://127.0.0.1:${receiver.port}/`, { allowPrivate: false })).failure).toContain(
      'not allowed',
    );
    expect((await post(`http://8.8.8.8:${receiver.port}/`, { allowPrivate: false })).failure).toContain('https://');
  });

  it('is nothing that a redirect names, however many there are', async () => {
    receiver.answer((response) => void response.writeHead(302, { location: `${receiver.url}/again` }).end());
    expect(await post(receiver.url)).toMatchObject({ status: 302, failure: null });
    expect(receiver.received).toHaveLength(1);
  });
});

describe('an answer', () => {
  it('of a gigabyte is read up to a bound', async () => {
    let sent = 0;
    receiver.answer((response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      const write = () => {
        while (sent < 2 ** 30 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', write);
        }
        response.end();
      };
      response.writeHead(200);
      write();
    });
    const result = await post(receiver.url);
    expect(result).toMatchObject({ status: 200, text: 'x'.repeat(1_000), failure: null });
    expect(result.durationMs).toBeLessThan(2_000);
    expect(sent).toBeLessThan(2 ** 26);
  });

  it('that drips for ever is cut off, and its status counts', async () => {
    receiver.answer((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const result = await post(receiver.url, { withinMs: 400 });
    expect(result).toMatchObject({ status: 200, failure: null });
    expect(result.text).toMatch(/^x{2,30}$/);
    expect(result.durationMs).toBeLessThan(1_500);
  });

  it('that never begins is none', async () => {
    receiver.answer(() => undefined);
    expect(await post(receiver.url, { withinMs: 300 })).toMatchObject({
      status: null,
      text: null,
      failure: 'no answer within 0.3 s',
    });
  });

  it('that is announced without an end is none', async () => {
    receiver.answer((response) => {
      const more = setInterval(() => response.writeProcessing(), 5);
      response.on('close', () => clearInterval(more));
    });
    expect((await post(receiver.url, { withinMs: 300 })).failure).toBe('no answer within 0.3 s');
  });

  it('with headers without an end is none', async () => {
    receiver.answer((response) => void response.writeHead(200, { 'x-much': 'x'.repeat(200_000) }).end());
    expect(await post(receiver.url)).toMatchObject({ status: null, failure: expect.stringContaining('headers') });
  });

  it('that is cut off has its status all the same', async () => {
    receiver.answer((response) => {
      response.writeHead(500, { 'content-length': 100 }).write('half');
      setTimeout(() => response.destroy(), 50);
    });
    expect(await post(receiver.url)).toMatchObject({ status: 500, text: 'half', failure: null });
  });

  it('may hold what no database keeps', async () => {
    receiver.answer((response) => void response.writeHead(400).end(Buffer.from([0x61, 0, 0xff, 0x62])));
    expect((await post(receiver.url)).text).toBe('a\ufffd\ufffdb');
  });

  it('may ask for patience', async () => {
    receiver.answer((response) => void response.writeHead(503, { 'retry-after': '120' }).end());
    expect(await post(receiver.url)).toMatchObject({ status: 503, retryAfter: '120' });
  });
});

describe('no answer', () => {
  it('comes from a host that is not known, or where nobody listens', async () => {
    resolve = async (host) => {
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    };
    expect((await post('https://nobody.test/')).failure).toBe('the host is not known to the name servers (ENOTFOUND)');
    await receiver.close();
    expect((await post(receiver.url)).failure).toBe('the connection was refused (ECONNREFUSED)');
    receiver = await startReceiver();
  });

  it('is waited for longer than there is time, whatever does not come: a name, a connection, a handshake', async () => {
    resolve = () => new Promise(() => undefined);
    expect((await post('https://slow.test/', { withinMs: 200 })).failure).toBe('no answer within 0.2 s');
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect((await post(`https://127.0.0.1:${port}/`, { withinMs: 300 })).failure).toBe('no answer within 0.3 s');
    silent.close();
  });

  it('is waited for once it is broken off', async () => {
    receiver.answer(() => undefined);
    const breaking = new AbortController();
    setTimeout(() => breaking.abort(), 100);
    const result = await post(receiver.url, { breakOff: breaking.signal });
    expect(result.status).toBeNull();
    expect(result.durationMs).toBeLessThan(2_000);
  });
});

describe('TLS', () => {
  it('that is wrong is a failure with its reason', async () => {
    const secure = await startReceiver({ tls: true });
    const selfSigned = await post(secure.url);
    expect(selfSigned).toMatchObject({
      status: null,
      failure: expect.stringMatching(/^TLS is not right.*SELF_SIGNED/),
    });
    const plain = await post(receiver.url.replace('http:', 'https:'));
    expect(plain.failure).toMatch(/^TLS is not right/);
    expect([...secure.received, ...receiver.received]).toEqual([]);
    await secure.close();
  });

  it('is verified for the host of the address, whichever IP address is dialled', async () => {
    const secure = await startReceiver({ tls: true });
    const trusted = tls.getCACertificates();
    tls.setDefaultCACertificates([...trusted, HOOK_CERTIFICATE]);
    try {
      expect(await post(`https://hook.test:${secure.port}/`)).toMatchObject({ status: 200, failure: null });
      const other = await post(`https://other.test:${secure.port}/`);
      expect(other.failure).toMatch(/^TLS is not right \(ERR_TLS_CERT_ALTNAME_INVALID\)/);
      expect(secure.received).toHaveLength(1);
    } finally {
      tls.setDefaultCACertificates(trusted);
      await secure.close();
    }
  });
});
