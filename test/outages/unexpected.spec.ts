import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(join(process.cwd(), 'dist/src/app/unexpected.js')).href;

/** A process that drains in a moment, and in which `fault` happens. */
function run(fault: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `
    import { exitWhenUnexpected } from '${MODULE}';
    exitWhenUnexpected({
      close: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        process.stdout.write('drained');
      },
    });
    setTimeout(() => {}, 60_000);
    ${fault}`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', script], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

describe('an error that nobody expects', () => {
  it.each([
    ['unhandledRejection', `Promise.reject(new TypeError('no such thing at postgres://me:pw@host/db'))`],
    ['uncaughtException', `setTimeout(() => { throw new TypeError('no such thing at postgres://me:pw@host/db'); })`],
  ])(
    'as %s is one line of JSON without secrets, after which the process drains and exits with 1',
    async (origin, fault) => {
      const { code, stdout, stderr } = await run(fault);
      expect({ code, stdout }).toEqual({ code: 1, stdout: 'drained' });
      const line = JSON.parse(stderr);
      expect(line).toMatchObject({ level: 'fatal', origin, err: { type: 'TypeError' } });
      expect(line.err.message).toBe('no such thing at [redacted]');
      expect(stderr).not.toContain('pw@host');
    },
  );

  it('is logged, and no more, while the process drains already', async () => {
    const { code, stderr } = await run(`
      setTimeout(() => { throw 'a text'; });
      setTimeout(() => { throw new Error('another, while it drains'); }, 5);`);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });
});
