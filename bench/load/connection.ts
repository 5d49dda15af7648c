import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_OFFSET = 'HTTP/1.1 '.length;
const READ_BUFFER_BYTES = 64 * 1024;

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * One keep-alive HTTP/1.1 connection with one request in flight, on a bare socket: Node's own client would cost more
 * than the services under test. Understands answers with Content-Length, which is all that they send.
 */
export class Connection {
  private readonly socket: Socket;
  private pending: Buffer | undefined;
  private settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  private lost: Error | undefined;

  private constructor(port: number, opened: () => void) {
    this.socket = connect(
      {
        host: '127.0.0.1',
        port,
        noDelay: true,
        onread: { buffer: Buffer.allocUnsafe(READ_BUFFER_BYTES), callback: (size, read) => this.read(read, size) },
      },
      opened,
    );
    this.socket.on('error', (error) => this.lose(error));
    this.socket.on('close', () => this.lose(new Error('the service has closed the connection')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const connection = new Connection(port, () => resolve(connection));
      connection.socket.once('error', reject);
    });
  }

  /** Sends one request, written out. The answer's body is valid until the next request is sent. */
  ask(request: string): Promise<Answer> {
    if (this.lost !== undefined) return Promise.reject(this.lost);
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.socket.write(request, 'latin1');
    });
  }

  close(): void {
    this.settle = undefined;
    this.socket.destroy();
  }

  private read(buffer: Uint8Array, size: number): boolean {
    const fresh = Buffer.from(buffer.buffer, buffer.byteOffset, size);
    const bytes = this.pending === undefined ? fresh : Buffer.concat([this.pending, fresh]);
    const answer = parse(bytes);
    // The socket reads into the same buffer again, so what waits for its rest has to be copied.
    this.pending = answer === undefined ? (bytes === fresh ? Buffer.from(fresh) : bytes) : undefined;
    if (answer !== undefined) {
      const settle = this.settle;
      this.settle = undefined;
      settle?.resolve(answer);
    }
    return true;
  }

  private lose(error: Error): void {
    this.lost = error;
    this.settle?.reject(error);
    this.settle = undefined;
  }
}

/** The answer, or undefined when some of it is still to come. */
function parse(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${head}`);
  const bodyStart = headEnd + HEAD_END.length;
  const bodyEnd = bodyStart + Number(length);
  if (bytes.length < bodyEnd) return undefined;
  return { status: Number(head.slice(STATUS_OFFSET, STATUS_OFFSET + 3)), body: bytes.subarray(bodyStart, bodyEnd) };
}
