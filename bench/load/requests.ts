import { randomBytes } from 'node:crypto';

const run = randomBytes(4).toString('hex');
let made = 0;

/** A key that was never used before, not by an earlier run on the same database either. */
export function freshKey(): string {
  made += 1;
  return `${run}-${made.toString(36)}`;
}

/** Requests written out as bytes on the wire, for one service. */
export class Requests {
  private readonly headers: string;

  constructor({ port, key }: { port: number; key?: string }) {
    const authorization = key === undefined ? '' : `Authorization: Bearer ${key}\r\n`;
    this.headers = `Host: 127.0.0.1:${port}\r\n${authorization}`;
  }

  get(path: string): string {
    return `GET ${path} HTTP/1.1\r\n${this.headers}\r\n`;
  }

  post(path: string, body: string, idempotencyKey?: string): string {
    return this.write('POST', path, body, idempotencyKey);
  }

  /** With a content type of its own. */
  postAs(type: string, path: string, body: string): string {
    return this.post(path, body).replace('application/json', type);
  }

  put(path: string, body: string): string {
    return this.write('PUT', path, body);
  }

  /** Bodies are ASCII, so their length is their number of bytes. */
  private write(method: string, path: string, body: string, idempotencyKey?: string): string {
    const keyed = idempotencyKey === undefined ? '' : `Idempotency-Key: ${idempotencyKey}\r\n`;
    return (
      `${method} ${path} HTTP/1.1\r\n${this.headers}${keyed}Content-Type: application/json\r\nContent-Length: ` +
      `${body.length}\r\n\r\n${body}`
    );
  }
}
