import type { Exchange } from '../http/exchange.js';
import { Html, hashOf, html } from './html.js';
import { script } from './script.js';
import { style } from './style.js';

export interface Page {
  title: string;
  body: Html;
  /** The origin that a form may lead to in the end, other than the sandbox itself. */
  leadsTo?: string;
}

/** Who sells. */
export const merchant = 'Scrip';

export const badge = html`<span class="badge">Sandbox – no real money</span>`;

export const coin = html`<svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
  <circle cx="14" cy="14" r="14" fill="currentColor" opacity=".12"/>
  <circle cx="14" cy="14" r="8.5" fill="none" stroke="currentColor" stroke-width="2"/>
  <path d="M14 9.5v9M11 12h6M11 16h6" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>
</svg>`;

/** Sends a page that loads nothing, runs nothing but what stands in it, and is kept nowhere. */
export function sendPage(exchange: Exchange, status: number, { title, body, leadsTo }: Page): void {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    'img-src data:',
    `form-action 'self'${leadsTo === undefined ? '' : ` ${leadsTo}`}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
${body}
<script>${new Html(script)}</script>
</body>
</html>
`;
  exchange.send(
    status,
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    page.text,
  );
}
