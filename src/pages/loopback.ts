import type { FastifyRequest } from 'fastify';

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
