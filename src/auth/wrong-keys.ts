import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const MAX_WRONG_KEYS = 10;
const WINDOW_MS = 60_000;
/** Addresses beyond it push the oldest out: whoever has that many cannot be held up by counting. */
const MAX_ADDRESSES = 10_000;

interface Attempts {
  count: number;
  readonly untilMs: number;
}

/** Counts the wrong keys of each address, in the memory of this process. Right keys are never counted nor refused. */
@Injectable()
export class WrongKeys {
  private readonly attempts = new Map<string, Attempts>();

  /**
   * Counts one wrong key. Returns the whole seconds after which the address is listened to again, when it has sent more
   * than ten within a minute.
   */
  note(address: string, nowMs = performance.now()): number | undefined {
    const attempts = this.attemptsOf(address, nowMs);
    if (attempts.count >= MAX_WRONG_KEYS) return Math.ceil((attempts.untilMs - nowMs) / 1_000);
    attempts.count += 1;
    return undefined;
  }

  private attemptsOf(address: string, nowMs: number): Attempts {
    const known = this.attempts.get(address);
    if (known !== undefined && nowMs < known.untilMs) return known;
    const fresh = { count: 0, untilMs: nowMs + WINDOW_MS };
    this.attempts.delete(address);
    this.attempts.set(address, fresh);
    // A map keeps the order of insertion.
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > MAX_ADDRESSES && oldest !== undefined) this.attempts.delete(oldest);
    return fresh;
  }
}

/**
 * Whom a wrong key is counted for: an IPv4 address, or the /64 that one customer of a provider is given. Behind a proxy
 * it is what the nearest proxy says; what stands further out in `X-Forwarded-For`, anybody may have written.
 */
export function addressOf({ ip, ips }: Pick<FastifyRequest, 'ip' | 'ips'>): string {
  const address = ips?.[1] ?? ip;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return networkOf(address);
    default:
      return 'no address';
  }
}

/** The first four of the eight groups of an IPv6 address. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
