import type { FastifyReply, FastifyRequest } from 'fastify';
import { html } from '../../html/html.js';
import { type PageContent, sendPage } from '../../html/page.js';
import type { Problem } from '../../kernel/problem.js';

/** Addresses that a seller's customers are sent to. */
const FOR_BUYERS = /^\/(checkout|plans)(\/|$)/;

/** Whether a person looks at an address in a browser. A program asks for JSON, or for anything. */
export function wantsPage({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  return (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html');
}

/** A problem as a page, with the problem's status and headers. */
export function sendProblemPage(
  reply: FastifyReply,
  problem: Problem,
  { id, path }: { id: string; path: string },
): void {
  reply.headers(problem.headers).header('X-Request-Id', id);
  sendPage(reply, FOR_BUYERS.test(path) ? forBuyers(problem, id) : forDevelopers(problem, id), problem.status);
}

function forDevelopers({ type, title, status, detail }: Problem, requestId: string): PageContent {
  return {
    title: `${title} · Scrip`,
    body: html`<article>
<span class="tag">${status} ${type}</span>
<h1>${title}</h1>
<p class="lead">${detail}</p>
<div class="actions"><a class="button" href="/">To the first page</a>
<a href="/problems/${type}">What to do about it</a><a href="/docs">Read the API</a></div>
<p class="soft">Request <span>${requestId}</span></p>
</article>`,
  };
}

function forBuyers({ status }: Problem, requestId: string): PageContent {
  const isBusy = status === 503;
  const remedy = isBusy ? 'Load this page again in a few seconds.' : 'Check the address.';
  return {
    title: isBusy ? 'Back in a moment' : 'This page cannot be shown',
    buyerOf: {},
    body: html`<article class="receipt">
<h1>${isBusy ? 'Back in a moment' : 'This page cannot be shown'}</h1>
<p role="status">${remedy} What you have bought is not affected.</p>
<p class="fine">Request <span>${requestId}</span></p>
</article>`,
  };
}
