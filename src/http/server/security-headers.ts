/** What a browser is told about every response. Pages add a Content-Security-Policy of their own. */
const COMMON = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
} as const;

/** An answer of the API is never a page: nothing in it may be run or framed, and no cache keeps it. */
const API = {
  ...COMMON,
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const;

/** Swagger's pages load their own files and write styles inline; nothing comes from another host. */
const DOCS = {
  ...COMMON,
  'Content-Security-Policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; " +
    "base-uri 'none'",
} as const;

export function securityHeadersFor(url: string): Record<string, string> {
  return url.startsWith('/docs') ? DOCS : API;
}
