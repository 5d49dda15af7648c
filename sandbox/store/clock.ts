import type { Tx } from './database.js';
import { saveSetting, settingOr } from './settings.js';

const offsetSetting = 'clock_offset_ms';

/** Tells a time. */
export interface TimeSource {
  nowMs(): number;
  /** As Stripe writes every time: whole seconds since 1970. */
  nowSeconds(): number;
}

/** A time that does not pass. */
export const frozenAt = (ms: number): TimeSource => ({ nowMs: () => ms, nowSeconds: () => Math.floor(ms / 1000) });

/**
 * The time of the sandbox's world: the machine's own, moved by an offset that outlives a restart. Objects, events,
 * expiries and signatures are stamped with it; only the pauses between two attempts at a delivery pass in the machine's
 * time.
 */
export class Clock implements TimeSource {
  private constructor(private offsetMs: number) {}

  static async load(tx: Tx): Promise<Clock> {
    return new Clock(await settingOr(tx, offsetSetting, 0));
  }

  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** Moves the time on, never back. */
  async moveTo(tx: Tx, ms: number): Promise<void> {
    await this.setOffset(tx, Math.max(this.offsetMs, ms - Date.now()));
  }

  async setOffset(tx: Tx, offsetMs: number): Promise<void> {
    await saveSetting(tx, offsetSetting, offsetMs);
    this.offsetMs = offsetMs;
  }
}
