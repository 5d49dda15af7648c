import type { FastifyRequest } from 'fastify';
import type { Runtime } from '../config/config.module.js';
import { isLoopbackUrl } from '../config/loopback.js';

const LOOPBACK_ADDRESS = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
/** Headers in which proxies, tunnels and content networks name themselves or the client behind them. */
const PROXY_HEADER = /^(forwarded|via|cf-.*|fastly-.*|fly-.*|ngrok-.*|x-forwarded.*|x-real-ip|.*client-ip)$/;

/**
 * Whether a request was made on this very machine: from a loopback address, to a loopback name (a foreign site whose
 * name was pointed here sends its own), and through no proxy that says so.
 */
export function isFromLoopback(request: Pick<FastifyRequest, 'headers' | 'ip'>): boolean {
  return (
    LOOPBACK_ADDRESS.test(request.ip) &&
    LOOPBACK_HOST.test(request.headers.host ?? '') &&
    !Object.keys(request.headers).some((name) => PROXY_HEADER.test(name))
  );
}

/**
 * Whether a page may show the first key: only with the sandbox, while all that it opens is on this machine, and to a
 * browser on this machine. A proxy that rewrites Host and adds no header of its own looks like one, but is asked for by
 * the service's public name.
 */
export function maySeeKey(
  { payments, publicUrl, databaseUrl }: Pick<Runtime, 'payments' | 'publicUrl' | 'databaseUrl'>,
  request: Pick<FastifyRequest, 'headers' | 'ip'>,
): boolean {
  return (
    payments.kind === 'sandbox' && isLoopbackUrl(publicUrl) && isLoopbackUrl(databaseUrl) && isFromLoopback(request)
  );
}
