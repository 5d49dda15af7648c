import { STATUS_CODES } from 'node:http';
import { type Html, html, prose } from '../html/html.js';
import type { PageContent } from '../html/page.js';
import type { ProblemClass } from '../kernel/problem.js';

const EVERY_REFUSAL =
  'Every refusal is `application/problem+json` (RFC 9457). Its `type` is the address of one of these pages.';
const NO_SUCH_NAME = 'The `type` of an answer is the address of the page that explains it. No problem has this name.';

/** The list of all problems, by status. */
export function problemsPage(problems: readonly ProblemClass[]): PageContent {
  const sorted = [...problems].sort((a, b) => a.status - b.status || a.type.localeCompare(b.type));
  const byStatus = [...Map.groupBy(sorted, ({ status }) => status)];
  return {
    title: 'Problems · Scrip',
    body: html`<section>
<h1>Problems</h1>
<p class="lead">${prose(EVERY_REFUSAL)}</p>
</section>
${byStatus.map(([status, those]) => statusSection(status, those))}`,
  };
}

function statusSection(status: number, problems: readonly ProblemClass[]): Html {
  return html`<section aria-labelledby="status-${status}">
<div class="section-head"><h2 id="status-${status}">${status} ${STATUS_CODES[status]}</h2></div>
<ul class="rows">${problems.map(
    ({ type, title }) => html`<li><a href="/problems/${type}">${title}</a><span class="soft">${type}</span></li>`,
  )}</ul>
</section>`;
}

/** Where an address under `/problems` names none. */
export function unknownProblemPage(): PageContent {
  return {
    title: 'No such problem · Scrip',
    body: html`<article>
<span class="tag">404</span>
<h1>No such problem</h1>
<p class="lead">${prose(NO_SUCH_NAME)}</p>
<div class="actions"><a href="/problems">All problems</a><a href="/docs">Read the API</a></div>
</article>`,
  };
}

/** What one problem means and what to do about it. */
export function problemPage({ type, status, title, remedy }: ProblemClass): PageContent {
  return {
    title: `${title} · Scrip`,
    body: html`<article>
<span class="tag">${status} ${type}</span>
<h1>${title}</h1>
<p class="lead">${prose(remedy)}</p>
<div class="actions"><a href="/problems">All problems</a><a href="/docs">Read the API</a></div>
</article>`,
  };
}
