import type { OnModuleDestroy } from '@nestjs/common';
import { DatabaseUnavailable } from '../../http/problems/http.problems.js';
import { QueueFull } from '../ledger.problems.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { MAX_WAITING } from '../posting/posting-queues.js';
import type { Caller } from '../posting/waiting.js';
import { Posting } from '../posting.js';
import { type Channel, type HandedCommand, HandedProblem, type HandedVerdict, onParcel, Parcels } from './channel.js';

/** How long the other process may say nothing at all while it has something to answer. It gives up earlier itself. */
const SILENCE_MS = 5_000;
const WATCH_EVERY_MS = 250;

/**
 * Hands commands over to the process that this one answers HTTP for, which decides and writes them. When that process
 * ends, this one ends with it, and its callers lose their connections: as when a process that does both ends.
 */
export class HandOver extends Posting implements OnModuleDestroy {
  private readonly callers = new Map<number, { readonly caller: Caller; readonly sinceMs: number }>();
  private readonly parcels: Parcels<HandedCommand>;
  private readonly watch = setInterval(() => this.look(), WATCH_EVERY_MS).unref();
  private last = 0;
  private heardMs = performance.now();

  constructor(channel: Channel) {
    super();
    this.parcels = new Parcels(channel);
    onParcel<HandedVerdict>(channel, (verdict) => this.hear(verdict));
  }

  postFor({ madeOf }: LedgerCommand, caller: Caller): void {
    const waiting = this.callers.size;
    if (waiting >= MAX_WAITING) {
      caller.refused(new QueueFull({ waiting }));
      return;
    }
    const sinceMs = performance.now();
    if (waiting === 0) this.heardMs = sinceMs;
    this.last += 1;
    this.callers.set(this.last, { caller, sinceMs });
    this.parcels.add([this.last, ...madeOf]);
  }

  onModuleDestroy(): void {
    clearInterval(this.watch);
  }

  private hear([number, ...verdict]: HandedVerdict): void {
    this.heardMs = performance.now();
    const caller = this.callers.get(number)?.caller;
    this.callers.delete(number);
    if (verdict.length === 1) caller?.refused(new HandedProblem(verdict[0]));
    else caller?.accepted({ status: verdict[0], body: verdict[1], replayed: verdict[2] });
  }

  /** A process that stands still may go on, and write what it was handed: its key tells later. */
  private look(): void {
    const before = performance.now() - SILENCE_MS;
    if (this.callers.size === 0 || this.heardMs > before) return;
    for (const [number, { caller, sinceMs }] of this.callers) {
      if (sinceMs > before) return;
      this.callers.delete(number);
      caller.refused(new DatabaseUnavailable());
    }
  }
}
