import { randomUUID } from 'node:crypto';
import { eventually } from '../eventually.js';
import type { ScripProcess } from '../service/process.js';
import { TEST_KEY } from '../service/scrip.js';
import { anEvent, BATCHED, STRUCTURED } from './usage-events.js';

const GETS_AT_ONCE = 20;

/** Fractions of a credit, so that most calls are charged nothing, and all of them are counted. */
const USED = [
  { meter: 'tokens', quantity: 700, dimensions: { model: 'large', kind: 'output' } },
  { meter: 'tokens', quantity: 1_300, dimensions: { model: 'large', kind: 'input' } },
];
const STREAMED = {
  lines: [
    { ...USED[0], quantity: 900 },
    { ...USED[1], quantity: 600 },
  ],
};
const CORRECTED = { lines: [{ ...USED[0], quantity: 400 }], reason: 'a test' };

/** A write that was sent under a key of its own, which is the name of an event, or begins the names of a batch. */
interface Sent {
  key: string;
  path: string;
  body: object;
  kind: 'spend' | 'event' | 'batch' | 'correction' | 'hold' | 'capture';
  accountId: string;
}

/** What the service has promised: it answered 201, or 200 for an event that it knew. */
interface Acknowledged extends Sent {
  answer: { id: string; amount: number; balance?: number; seq?: number; reversal?: { amount: number } };
}

/** What a batch of events is answered with, as far as it is looked at. */
interface BatchAnswer {
  results: { status: string; spend?: Acknowledged['answer']; problem?: { status: number } }[];
}

/**
 * Clients that spend, use tokens and correct that, tell of usage by events and by batches of them, of which one is bad,
 * hold and capture either without a pause,
 * every request with a fresh key, until one of their requests is not acknowledged. They remember all they sent, and go
 * on from there when they are started again.
 */
export class Crowd {
  readonly acknowledged: Acknowledged[] = [];
  unacknowledged: Sent[] = [];
  /** Answers that were neither 201 nor an end of the service, which there should not be. */
  readonly strange: { status: number; body: unknown }[] = [];
  private stopped = false;
  private seen = 0;
  private clients: Promise<void>[] = [];

  constructor(
    private readonly url: string,
    readonly accountIds: readonly string[],
  ) {}

  /** A crowd on accounts that are made for it, with so many credits each. */
  static async open(scrip: ScripProcess, accountIds: readonly string[], credits: number): Promise<Crowd> {
    for (const id of accountIds) {
      await scrip.api('PUT', `/v1/accounts/${id}`, { body: {} });
      const body = { amount: credits, category: 'paid', reason: 'a test' };
      await scrip.api('POST', `/v1/accounts/${id}/grants`, { body, idempotencyKey: 'g' });
    }
    return new Crowd(scrip.url, accountIds);
  }

  /** Lets so many clients run until they have a few more answers: a random moment in the life of a batch. */
  async runForAMoment(clients: number): Promise<void> {
    const enough = this.acknowledged.length + 60 + Math.floor(Math.random() * 200);
    this.start(clients);
    await eventually(
      async () => this.acknowledged.length,
      (count) => count >= enough,
    );
  }

  start(count: number): void {
    this.stopped = false;
    this.clients = Array.from({ length: count }, (_, index) =>
      this.client(this.accountIds[index % this.accountIds.length] ?? ''),
    );
  }

  /** Waits until every client has met the end of the service. */
  async untilCutOff(): Promise<void> {
    await Promise.all(this.clients);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.untilCutOff();
  }

  /** Sends once more whatever was not acknowledged; answers how many of those had already been applied. */
  async settle(): Promise<{ resent: number; hadBeenApplied: number }> {
    const open = this.unacknowledged;
    this.unacknowledged = [];
    let hadBeenApplied = 0;
    for (const sent of open) if ((await this.send(sent)) === 'replayed') hadBeenApplied += 1;
    return { resent: open.length, hadBeenApplied };
  }

  /** What was acknowledged since the last time this was asked, but is not there, or not the same. */
  async missing(): Promise<Acknowledged[]> {
    const missing: Acknowledged[] = [];
    while (this.seen < this.acknowledged.length) {
      const some = this.acknowledged.slice(this.seen, this.seen + GETS_AT_ONCE);
      this.seen += some.length;
      const areThere = await Promise.all(some.map((one) => this.isThere(one)));
      missing.push(...some.filter((_one, index) => !areThere[index]));
    }
    return missing;
  }

  private async isThere({ kind, accountId, answer }: Acknowledged): Promise<boolean> {
    const room = kind === 'hold' ? 'holds' : 'spends';
    const { status, body } = await this.get(`/v1/accounts/${accountId}/${room}/${answer.id}`);
    return status === 200 && body.amount === answer.amount && (body.seq ?? answer.seq) === answer.seq;
  }

  /** What all acknowledged writes together took from an account. */
  spentOn(accountId: string): number {
    return this.acknowledged
      .filter((one) => one.accountId === accountId && one.kind !== 'hold')
      .reduce((sum, { answer }) => sum + answer.amount - (answer.reversal?.amount ?? 0), 0);
  }

  /** How many entries all acknowledged writes together made. */
  get entriesMade(): number {
    const made = { hold: 0, spend: 1, event: 1, batch: 0, capture: 1, correction: 2 };
    return this.acknowledged.reduce((sum, { kind }) => sum + made[kind], 0);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  async get(path: string): Promise<{ status: number; body: any }> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${TEST_KEY}` } });
    return { status: response.status, body: await response.json() };
  }

  private async client(accountId: string): Promise<void> {
    while (!this.stopped) {
      if ((await this.send(aWrite('spend', accountId, '/v1/spends', { accountId, amount: 1 }))) === undefined) return;
      const use = await this.send(aWrite('spend', accountId, '/v1/spends', { accountId, lines: USED }));
      if (typeof use !== 'object') return;
      const corrections = `/v1/accounts/${accountId}/spends/${use.id}/corrections`;
      if ((await this.send(aWrite('correction', accountId, corrections, CORRECTED))) === undefined) return;
      if ((await this.send(anEventOf(accountId))) === undefined) return;
      if ((await this.send(aBatchOf(accountId))) === undefined) return;
      if (!(await this.holdAndCapture(accountId, { amount: 3 }, { amount: 2 }))) return;
      // More than was expected of the one, and less of the other.
      if (!(await this.holdAndCapture(accountId, { lines: USED }, { ...STREAMED, overage: 'available' }))) return;
    }
  }

  /** Whether both were acknowledged. */
  private async holdAndCapture(accountId: string, expected: object, used: object): Promise<boolean> {
    const hold = await this.send(aWrite('hold', accountId, '/v1/holds', { accountId, ...expected }));
    if (typeof hold !== 'object') return false;
    const path = `/v1/accounts/${accountId}/holds/${hold.id}/captures`;
    return (await this.send(aWrite('capture', accountId, path, used))) !== undefined;
  }

  /**
   * Acknowledges the events of a batch once all of them have their verdict. Of one that was answered in part, because
   * the service ends, nobody may rely on more than what it says: it is sent again whole.
   */
  private takeResults(sent: Sent, { results }: BatchAnswer): { id: string } | 'replayed' | undefined {
    const [call, pages, bad, again] = results;
    const taken = [call, pages].flatMap((result) => (result?.spend === undefined ? [] : [result.spend]));
    const refused = results.flatMap(({ problem }) => problem ?? []);
    const isAsTold = taken.length === 2 && again?.spend?.id === taken[0]?.id && bad?.problem?.status === 404;
    if (isAsTold) {
      for (const answer of taken) this.acknowledged.push({ ...sent, kind: 'event', answer });
      const isKnown = call?.status === 'replayed' && pages?.status === 'replayed';
      return isKnown ? 'replayed' : { id: taken[0]?.id ?? '' };
    }
    if (!refused.some(({ status }) => status === 503)) this.strange.push({ status: 200, body: results });
    this.unacknowledged.push(sent);
    return undefined;
  }

  /** The answer's id when it was accepted now, `replayed` when it had been before, undefined when nobody knows. */
  private async send(sent: Sent): Promise<{ id: string } | 'replayed' | undefined> {
    try {
      const response = await fetch(`${this.url}${sent.path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${TEST_KEY}`,
          'content-type': contentTypeOf(sent),
          'idempotency-key': sent.key,
        },
        body: JSON.stringify(sent.body),
      });
      if (sent.kind === 'batch' && response.status === 200)
        return this.takeResults(sent, (await response.json()) as BatchAnswer);
      const body = (await response.json()) as Acknowledged['answer'];
      const isKnownEvent = sent.kind === 'event' && response.status === 200;
      if (response.status === 201 || isKnownEvent) {
        this.acknowledged.push({ ...sent, answer: body });
        const isReplayed = isKnownEvent || response.headers.get('idempotency-replayed') === 'true';
        return isReplayed ? 'replayed' : { id: body.id };
      }
      if (response.status !== 503) this.strange.push({ status: response.status, body });
    } catch {
      // The connection was cut: whether it was applied is what the key will tell.
    }
    this.unacknowledged.push(sent);
    return undefined;
  }
}

function contentTypeOf({ kind }: Sent): string {
  return kind === 'event' ? STRUCTURED : kind === 'batch' ? BATCHED : 'application/json';
}

/** Two events of which one is told twice, and one of a meter that is not there. */
function aBatchOf(accountId: string): Sent {
  const key = randomUUID();
  const event = (name: string, more: object) => anEvent(accountId, { id: `${key} ${name}`, ...more });
  const call = event('call', { type: 'call', data: { lines: USED } });
  const body = [call, event('pages', { data: { quantity: 1 } }), event('bad', { type: 'nothing' }), call];
  return { key, kind: 'batch', accountId, path: '/v1/usage', body };
}

function anEventOf(accountId: string): Sent {
  const key = randomUUID();
  const event = anEvent(accountId, { id: key, type: 'call', data: { lines: USED } });
  return { key, kind: 'event', accountId, path: '/v1/usage', body: event };
}

function aWrite(kind: Sent['kind'], accountId: string, path: string, body: Sent['body']): Sent {
  return { key: randomUUID(), kind, accountId, path, body };
}
