import { type Answer, Connection } from './connection.js';

const CONNECTIONS = 32;
const SHOWN = 200;

/**
 * Sends requests, written out, over a few connections, each once and in about this order, and reads their answers. The
 * body of an answer is valid only while it is read. @throws when one of them is refused.
 */
export async function askAll<T>(port: number, requests: readonly string[], read: (answer: Answer) => T): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lanes = await Promise.all(
    Array.from({ length: Math.min(CONNECTIONS, requests.length) }, () => Connection.open(port)),
  );
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        while (next < requests.length) {
          const index = next++;
          const request = requests[index] ?? '';
          const answer = await lane.ask(request);
          if (answer.status < 200 || answer.status >= 300)
            throw new Refused(request.slice(0, request.indexOf('\r\n')), answer);
          results[index] = read(answer);
        }
      }),
    );
  } finally {
    for (const lane of lanes) lane.close();
  }
  return results;
}

export class Refused extends Error {
  readonly status: number;

  constructor(requestLine: string, { status, body }: Answer) {
    super(`${requestLine} is answered ${status} ${body.toString('utf8', 0, SHOWN)}`);
    this.status = status;
  }
}
