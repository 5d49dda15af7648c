import { startProcess } from '../support/service/process.js';

const refusal = (databaseUrl: string, env: Record<string, string> = {}) =>
  startProcess(databaseUrl, env).then(
    () => 'it started',
    ({ message }: Error) => message,
  );

/** One line, and nothing else: no stack, no log. */
const SENTENCE = /^the service ended: Scrip cannot start\. [^\n]+\n$/;

describe('a start that cannot succeed', () => {
  it.each([
    [
      'nobody listens',
      'postgres://scrip:hunter2@127.0.0.1:1/scrip',
      /Postgres at 127\.0\.0\.1:1\/scrip lets nobody in/,
    ],
    ['the password is wrong', withPassword('hunter2'), /lets nobody in: password authentication failed/],
    ['there is no such database', atDatabase('nowhere'), /lets nobody in: database "nowhere" does not exist/],
  ])('says in one sentence that %s', async (_what, databaseUrl, reason) => {
    const message = await refusal(databaseUrl);
    expect(message).toMatch(SENTENCE);
    expect(message).toMatch(reason);
    expect(message).not.toContain('hunter2');
  });
});

function withPassword(password: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.password = password;
  return url.href;
}

function atDatabase(name: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${name}`;
  return url.href;
}
