import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { parseJsonBody } from '../../http/input/json-body.js';
import { MalformedRequest, PayloadTooLarge, ValidationFailed } from '../../http/problems/http.problems.js';
import { Refused } from '../../ledger/posting/waiting.js';
import type { UsageEvent } from '../../ledger/usage/usage-events.js';
import { type BatchItem, BatchItems, TOO_LARGE } from './batch-items.js';
import { eventOfHeaders, inBinaryMode, isBinaryMode } from './binary-mode.js';
import { eventOf } from './event-of.js';

export const MAX_BATCH_EVENTS = 1_000;
/** Who forwards events must take those of 64 KiB, says the standard. */
export const MAX_EVENT_BYTES = 65_536;
/** As many of the largest ones, and what stands between them. */
const MAX_BATCH_BYTES = 64 * 1_048_576;

const BATCH_TYPE = 'application/cloudevents-batch';

/** What a request has sent: one event, or a list of them, in which an event may be refused by itself. */
export type SentEvents =
  | { readonly is: 'one'; readonly event: UsageEvent }
  | { readonly is: 'batch'; readonly events: readonly (UsageEvent | Refused)[] };

/** Reads CloudEvents from requests, in each mode of their HTTP binding. */
@Injectable()
export class EventReader {
  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'usageTypePrefix'>) {}

  /**
   * Nothing is posted before all of a batch has arrived: a body that ends half-way is refused as a whole. Of what has
   * arrived no more is kept than the usage itself.
   * @throws ValidationFailed, MalformedJson, PayloadTooLarge
   */
  async read({ body, raw }: FastifyRequest): Promise<SentEvents> {
    if (body instanceof Readable) {
      const isBatch = raw.headers['content-type']?.toLowerCase().startsWith(BATCH_TYPE) === true;
      return isBatch ? this.ofStream(body) : this.one(parseJsonBody(await wholeOf(upTo(MAX_EVENT_BYTES, body))));
    }
    if (isBinaryMode(raw)) return this.ofHeaders(raw, body);
    return Array.isArray(body) ? this.ofList(body) : this.one(body);
  }

  private one(value: unknown): SentEvents {
    return { is: 'one', event: eventOf(value, this.config.usageTypePrefix) };
  }

  private ofHeaders(raw: FastifyRequest['raw'], data: unknown): SentEvents {
    const value = eventOfHeaders(raw, data);
    try {
      return this.one(value);
    } catch (error) {
      throw error instanceof ValidationFailed ? inBinaryMode(error) : error;
    }
  }

  private ofList(values: readonly unknown[]): SentEvents {
    refuseTooMany(values.length);
    return { is: 'batch', events: values.map((value) => this.eventOrRefusal(() => value)) };
  }

  private async ofStream(body: Readable): Promise<SentEvents> {
    const events: (UsageEvent | Refused)[] = [];
    const items = new BatchItems(MAX_EVENT_BYTES);
    for await (const part of upTo(MAX_BATCH_BYTES, body)) {
      for (const item of items.push(part)) events.push(this.eventOrRefusal(() => jsonOf(item)));
      refuseTooMany(events.length);
    }
    items.end();
    return { is: 'batch', events };
  }

  private eventOrRefusal(value: () => unknown): UsageEvent | Refused {
    try {
      return eventOf(value(), this.config.usageTypePrefix);
    } catch (error) {
      return new Refused(error);
    }
  }
}

/**
 * The parts of a body. Who stops reading leaves the connection open, so that the answer is heard. What is still to come
 * is thrown away then: until it has been read, the next request on the connection is not.
 * @throws PayloadTooLarge, MalformedRequest when the client goes away before it has sent all
 */
async function* upTo(maxBytes: number, body: Readable): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > maxBytes) throw new PayloadTooLarge({ maxBytes });
      yield part;
    }
  } catch (error) {
    // Its error looks like one of a connection to the database, and is counted by its name.
    throw body.readableAborted ? new MalformedRequest('ended before all of its body was there') : error;
  } finally {
    body.resume();
  }
}

async function wholeOf(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const part of parts) read.push(part);
  return Buffer.concat(read);
}

function jsonOf(item: BatchItem): unknown {
  if (item === TOO_LARGE) throw new PayloadTooLarge({ maxBytes: MAX_EVENT_BYTES });
  return parseJsonBody(item);
}

function refuseTooMany(count: number): void {
  if (count > MAX_BATCH_EVENTS) throw ValidationFailed.at('', `must not hold more than ${MAX_BATCH_EVENTS} events`);
}
