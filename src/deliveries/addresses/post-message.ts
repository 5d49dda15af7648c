import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Agent, request } from 'undici';
import { storableText } from '../../kernel/storable.js';
import { FindAddresses, type FoundAddress, unlessAborted } from './find-addresses.js';
import { whyNotSent } from './why-not-sent.js';

/** How long an endpoint has in all: to be resolved, dialled, and to answer. */
export const ANSWER_WITHIN_MS = 15_000;
/** How much of an answer is read. */
const MAX_ANSWER_BYTES = 4_096;
/** How much of it is kept. */
export const MAX_ANSWER_CHARACTERS = 1_000;

export interface Message {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostOptions {
  withinMs?: number;
  breakOff?: AbortSignal;
}

/** What became of one attempt to send a message. */
export interface PostResult {
  /** Of the answer; null when none came. */
  readonly status: number | null;
  /** How the answer begins; null when none came. */
  readonly text: string | null;
  /** The header `Retry-After`, as it was sent. */
  readonly retryAfter: string | null;
  /** Why no answer came, as a sentence; null when one did. */
  readonly failure: string | null;
  readonly durationMs: number;
}

/**
 * Sends a message to an address that somebody else has chosen. Nothing but checked addresses is dialled, no redirect is
 * followed, TLS is verified against the host of the address, and neither time nor memory is spent without a bound: what
 * is not answered within `ANSWER_WITHIN_MS` has failed, and of an answer only the beginning is read.
 */
@Injectable()
export class PostMessage {
  constructor(private readonly findAddresses: FindAddresses) {}

  /** Never throws: whatever goes wrong is the result. It is broken off by the signal as by the end of its time. */
  async run(
    { address, headers, body }: Message,
    { withinMs = ANSWER_WITHIN_MS, breakOff }: PostOptions = {},
  ): Promise<PostResult> {
    const beganAt = performance.now();
    const limit = AbortSignal.timeout(withinMs);
    const signal = breakOff === undefined ? limit : AbortSignal.any([limit, breakOff]);
    const durationMs = () => Math.round(performance.now() - beganAt);
    try {
      const found = await this.findAddresses.run(address, signal);
      const answer = await post(found, { headers, body, signal });
      return { ...answer, failure: null, durationMs: durationMs() };
    } catch (error) {
      const failure = whyNotSent(error, withinMs);
      return { status: null, text: null, retryAfter: null, failure, durationMs: durationMs() };
    }
  }
}

interface Sending {
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal;
}

async function post({ url, addresses }: FoundAddress, { headers, body, signal }: Sending) {
  const connect = { lookup: answering(addresses), timeout: ANSWER_WITHIN_MS };
  // The signal bounds all of it together.
  const dispatcher = new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 });
  try {
    // A connection that is still being made does not hear the signal.
    const asked = request(url, { method: 'POST', dispatcher, headers, body, signal });
    const answer = await unlessAborted(asked, signal);
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      text: await beginningOf(answer.body),
      retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
    };
  } finally {
    // Whatever is still to come of the answer is cut off.
    void dispatcher.destroy().catch(() => undefined);
  }
}

/** Whoever is asked for the host, answers what was checked: another answer of its name server would change nothing. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** How an answer begins, whether or not it has an end: what was read by then counts when it breaks off. */
async function beginningOf(body: Readable): Promise<string> {
  // Leaving the loop breaks it off, which is an error that nobody waits for.
  body.on('error', () => undefined);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // The status has come, and says what became of the message.
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
  return storableText(text.slice(0, MAX_ANSWER_CHARACTERS));
}
