import { jsonNumber } from '../../http/problems/problem-answer.js';
import { Problem } from '../../kernel/problem.js';
import type { CommandParts } from '../posting/decide-commands.js';

/** A process at the other end, which gets what is sent to it as JSON, in order. */
export interface Channel {
  send(message: unknown, sent: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** A command that is handed over, under a number by which its verdict is known. */
export type HandedCommand = readonly [number: number, ...CommandParts];

/** Its verdict: a status and the JSON text of the answer, or the problem. */
export type HandedVerdict =
  | readonly [number: number, status: number, body: string, replayed: boolean]
  | readonly [number: number, problem: ProblemParts];

export interface ProblemParts {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly facts: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

/** Sends what one turn of the event loop has as one message: a message costs more than what it holds. */
export class Parcels<Item> {
  private items: Item[] = [];

  constructor(private readonly channel: Channel) {}

  add(item: Item): void {
    this.items.push(item);
    if (this.items.length === 1) setImmediate(() => this.send());
  }

  private send(): void {
    // A channel that has closed is heard of by its end, which means that a process has ended.
    this.channel.send(this.items, () => undefined);
    this.items = [];
  }
}

/** Calls back for each item that comes. Other messages on the channel are no lists. */
export function onParcel<Item>(channel: Channel, take: (item: Item) => void): void {
  channel.on('message', (message) => {
    if (Array.isArray(message)) for (const item of message) take(item);
  });
}

export function partsOf({ type, status, title, detail, facts, headers }: Problem): ProblemParts {
  const numbers = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'bigint' ? jsonNumber(fact) : fact,
  ]);
  return { type, status, title, detail, facts: Object.fromEntries(numbers), headers };
}

/** A problem that another process has refused a command with. */
export class HandedProblem extends Problem {
  override readonly facts: Record<string, unknown>;
  override readonly headers: Record<string, string>;

  constructor(private readonly parts: ProblemParts) {
    super();
    this.facts = parts.facts;
    this.headers = parts.headers;
  }

  get detail(): string {
    return this.parts.detail;
  }

  override get type(): string {
    return this.parts.type;
  }

  override get status(): number {
    return this.parts.status;
  }

  override get title(): string {
    return this.parts.title;
  }
}
