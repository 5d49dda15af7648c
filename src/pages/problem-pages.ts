import { html, prose } from '../http/html.js';
import type { PageContent } from '../http/page.js';
import type { ProblemClass } from '../kernel/problem.js';

/** The list of all problems, by status. */
export function problemsPage(problems: readonly ProblemClass[]): PageContent {
  const sorted = [...problems].sort((a, b) => a.status - b.status || a.type.localeCompare(b.type));
  return {
    title: 'Problems · Scrip',
    body: html`<section>
<h1>Problems</h1>
<p class="lead">${prose('Every refusal is `application/problem+json` (RFC 9457). Its `type` is the address of one of these pages.')}</p>
</section>
<ul class="rows">${sorted.map(
      ({ type, status, title }) =>
        html`<li><span class="status">${status}</span><span><a href="/problems/${type}">${title}</a><br><span class="soft">${type}</span></span></li>`,
    )}</ul>`,
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
