import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service } from '../../bench/service.js';

describe('a service under test', () => {
  let folder: string;
  let service: Service | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scrip-service-'));
  });
  afterEach(async () => {
    await service?.stop();
    await rm(folder, { recursive: true });
  });

  async function start(program: string): Promise<Service> {
    const path = join(folder, 'main.mjs');
    await writeFile(path, program);
    service = await Service.start({ name: '"before"', program: path, folder });
    return service;
  }

  it('says what it said when it does not start', async () => {
    const broken = `console.error('The table is too new.'); process.exit(1);`;
    await expect(start(broken)).rejects.toThrow('"before" does not start:\nThe table is too new.\n');
  });

  it('may say more than a pipe holds', async () => {
    const talkative = `
      import { createServer } from 'node:net';
      console.log('x'.repeat(1_000_000));
      createServer().listen(Number(process.env.PORT), '127.0.0.1');`;
    const { port, forgetOutput } = await start(talkative);
    expect(port).toBeGreaterThan(0);
    await forgetOutput.call(service);
  });
});
