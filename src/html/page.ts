import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { AppConfig } from '../config/config.js';
import { Html, html } from './html.js';
import { PAGE_CSS } from './page.css.js';

export interface PageContent {
  title: string;
  body: Html;
  /**
   * The app whose customer reads it; a developer reads it when absent. A buyer sees the app's name, where it is known,
   * and gets no way into the service's own pages.
   */
  buyerOf?: AppConfig;
  /** Plain JavaScript that the page runs; it is allowed by its hash alone. */
  script?: string;
}

const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 24 24%22%3E%3Ccircle ' +
  'cx=%2212%22 cy=%2212%22 r=%2211%22 fill=%22%230b6b57%22/%3E%3Cpath d=%22M15.5 8.5c-.8-1-2-1.5-3.5-1.5-2 ' +
  '0-3.4.9-3.4 2.4 0 3.4 7 1.5 7 5 0 1.6-1.5 2.6-3.6 2.6-1.6 0-3-.6-3.8-1.7%22 fill=%22none%22 ' +
  'stroke=%22white%22 stroke-width=%222%22 stroke-linecap=%22round%22/%3E%3C/svg%3E';

const MARK = html`<svg width="26" height="26" viewBox="0 0 24 24" aria-hidden="true">
<circle cx="12" cy="12" r="11" fill="currentColor"/>
<path d="M15.5 8.5c-.8-1-2-1.5-3.5-1.5-2 0-3.4.9-3.4 2.4 0 3.4 7 1.5 7 5 0 1.6-1.5 2.6-3.6 2.6-1.6 0-3-.6-3.8-1.7"
 fill="none" stroke="var(--card)" stroke-width="2" stroke-linecap="round"/></svg>`;

const DEVELOPER_HEADER = html`<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<a class="brand" href="/">${MARK}Scrip</a>
<nav aria-label="Main"><a href="/docs">API</a><a href="/problems">Problems</a><a href="/health/ready">Health</a></nav>
</header>`;

function buyerHeader({ name, url }: AppConfig): Html {
  if (name === undefined) return html`<header class="bar"></header>`;
  const brand =
    url === undefined ? html`<span class="brand">${name}</span>` : html`<a class="brand" href="${url}">${name}</a>`;
  return html`<header class="bar">${brand}</header>`;
}

/** A whole page around `body`, which is the content of `main`. */
export function renderPage({ title, body, buyerOf, script }: PageContent): string {
  const style = new Html(`<style>${PAGE_CSS}</style>`);
  const code = script === undefined ? undefined : new Html(`<script>${script}</script>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${buyerOf === undefined ? new Html(ICON) : 'data:,'}">
${style}
</head>
<body class="${buyerOf === undefined ? 'developer' : 'buyer'}">
${buyerOf === undefined ? DEVELOPER_HEADER : buyerHeader(buyerOf)}
<main id="content">${body}</main>
${buyerOf === undefined && html`<footer><p>Scrip, credits and top-ups for your app.</p></footer>`}
${code}
</body>
</html>
`.text;
}

/** Responds with a page that loads nothing and runs nothing but what is in it. */
export function sendPage(reply: FastifyReply, content: PageContent, status = 200): void {
  const scripts = content.script === undefined ? "'none'" : hashSource(content.script);
  reply
    .code(status)
    .header('Content-Type', 'text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .header(
      'Content-Security-Policy',
      `default-src 'none'; style-src ${hashSource(PAGE_CSS)}; script-src ${scripts}; img-src data:; base-uri ` +
        `'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    .send(renderPage(content));
}

function hashSource(inline: string): string {
  return `'sha256-${createHash('sha256').update(inline).digest('base64')}'`;
}
