import { featuresOf } from '../catalog/offer.js';
import { type OfferCardOptions, type OfferCardText, offerCard } from '../catalog/offer-card.js';
import type { Product } from '../catalog/product.entity.js';
import type { Runtime } from '../config/config.module.js';
import { type Html, html, prose } from '../html/html.js';
import type { PageContent } from '../html/page.js';
import { subscribeSteps, type WalkStep, walkSteps } from './walk.js';

export interface FirstPageFacts extends OfferCardOptions {
  runtime: Pick<Runtime, 'publicUrl' | 'payments' | 'database'>;
  /** What time it is for the service, when its clock has been moved. */
  movedTo?: Date;
  packs: Product[];
  plans: Product[];
  /** The key to show, when this reader may see it. */
  key?: string;
}

/** What a newcomer sees first: what runs here, what is for sale, and how to try it. */
export function firstPage({ runtime, movedTo, packs, plans, key, ...options }: FirstPageFacts): PageContent {
  const sandbox = runtime.payments.kind === 'sandbox';
  const steps = walkSteps({ baseUrl: runtime.publicUrl, key, sandbox });
  return {
    title: 'Scrip is running',
    script: COPY_SCRIPT,
    body: html`${hero(sandbox)}
${services(runtime, movedTo)}
${packSection(packs, options)}
${planSection(plans, options)}
<section id="walk" aria-labelledby="walk-title">
<div class="section-head">
<h2 id="walk-title">Buy, spend, refund</h2>
<p>Type these into a terminal, one after the other. They take a minute.</p>
${keyNotice(key)}
</div>
<ol class="steps">
${steps.map(stepItem)}
</ol>
<p class="hidden" role="status" id="copied"></p>
</section>
${sandbox && subscribeSection()}`,
  };
}

function hero(sandbox: boolean): Html {
  return html`<section>
<h1>Scrip is running.</h1>
<p class="lead">It sells credits to your customers through ${sandbox ? 'a sandbox of Stripe' : 'Stripe'}, spends them
safely when many requests come at once, and takes them back when money is refunded.</p>
<div class="actions"><a class="button" href="#walk">Try it in a terminal</a><a href="/docs">Read the API</a></div>
</section>`;
}

function services({ payments, database, publicUrl }: FirstPageFacts['runtime'], movedTo: Date | undefined): Html {
  const isEmbedded = database === 'embedded';
  const clockNote = movedTo !== undefined && `Its clock was moved: here it is ${minuteOf(movedTo)} UTC.`;
  return html`<section aria-labelledby="runs-title">
<div class="section-head"><h2 id="runs-title">What runs here</h2></div>
<ul class="cards">
<li class="card"><span class="label">Service</span><span class="value"><span class="dot"></span>${publicUrl}</span>
<span class="note"><a href="/health/ready">Is it ready?</a> · <a href="/openapi.json">OpenAPI</a></span>
${clockNote && html`<span class="note">${clockNote}</span>`}</li>
<li class="card"><span class="label">Database</span>
<span class="value">${isEmbedded ? 'Postgres, started here' : 'Your own Postgres'}</span>
<span class="note">${isEmbedded ? 'Its data outlive a restart.' : prose('From `DATABASE_URL`.')}</span></li>
<li class="card"><span class="label">Payments</span>
${
  payments.kind === 'sandbox'
    ? html`<span class="value">Stripe sandbox</span>
<span class="note">Test cards only, no real money. ${
        payments.sandboxUrl === undefined ? '' : html`<a href="${payments.sandboxUrl}">Open the sandbox</a>`
      }</span>`
    : html`<span class="value">Stripe</span>
<span class="note"><a href="https://dashboard.stripe.com">Open the dashboard</a></span>`
}</li>
</ul>
</section>`;
}

function minuteOf(instant: Date): string {
  return instant.toISOString().slice(0, 16).replace('T', ' ');
}

function subscribeSection(): Html {
  return html`<section aria-labelledby="subscribe-title">
<div class="section-head">
<h2 id="subscribe-title">Subscribe, and let months pass</h2>
<p>In the same terminal. The last steps move the clock of this service and of its sandbox, for everybody who uses
them.</p>
</div>
<ol class="steps">
${subscribeSteps().map(stepItem)}
</ol>
</section>`;
}

function packSection(packs: Product[], options: OfferCardOptions): Html {
  return html`<section aria-labelledby="packs-title">
<div class="section-head"><h2 id="packs-title">Packs for sale</h2>
<p>${prose('Change them, or add your own, with `PUT /v1/products/{key}`.')}</p></div>
${
  packs.length === 0
    ? html`<p class="soft">No pack is for sale at the moment.</p>`
    : html`<ul class="cards packs">${packs.map((pack) => offerCard(pack, cardText(pack, packNote), options))}</ul>`
}
</section>`;
}

function cardText(product: Product, noteOf: (product: Product) => Html): OfferCardText {
  return { name: html`<h3>${product.name}</h3>`, note: noteOf(product) };
}

function packNote({ validityDays, key }: Product): Html {
  return html`${validityDays === null ? 'Never lapses' : `Valid for ${validityDays} days`} · <code>${key}</code>`;
}

function planSection(plans: Product[], options: OfferCardOptions): Html {
  return html`<section aria-labelledby="plans-title">
<div class="section-head"><h2 id="plans-title">Plans for sale</h2>
<p>Credits every month, and features that are open as long as they are paid for.</p></div>
${
  plans.length === 0
    ? html`<p class="soft">No plan is for sale at the moment.</p>`
    : html`<ul class="cards packs">${plans.map((plan) => offerCard(plan, cardText(plan, planNote), options))}</ul>`
}
</section>`;
}

function planNote(plan: Product): Html {
  const features = featuresOf(plan.key, plan);
  return html`${features.length > 0 && `Opens ${features.join(', ')} · `}<code>${plan.key}</code>`;
}

const KEY_IS_MISSING =
  'Put your own secret key in the first step: the one of `SCRIP_BOOTSTRAP_KEY`, or that ' +
  '`npm run --silent scrip -- key` tells, or one that you made with `POST /v1/api-keys`.';
const KEY_IS_SHOWN =
  'The key below is real and may do everything. It is shown only to a browser on this machine, beside the sandbox, ' +
  'while the address of the service and its database are here, too.';

function keyNotice(key: string | undefined): Html {
  return html`<p class="notice">${key === undefined ? prose(KEY_IS_MISSING) : KEY_IS_SHOWN}</p>`;
}

function stepItem({ title, intro, command, expect }: WalkStep): Html {
  return html`<li><div class="body"><h3>${title}</h3>
${intro !== undefined && html`<p>${prose(intro)}</p>`}
<div class="terminal"><pre tabindex="0" role="region" aria-label="Command: ${title}"><code>${command}</code></pre>
<button class="copy" type="button" aria-label="Copy the command: ${title}">Copy</button></div>
<p class="expect"><span>${prose(expect)}</span></p></div></li>
`;
}

/** Copies the command next to the button, and says so to a screen reader too. */
const COPY_SCRIPT = `
for (const button of document.querySelectorAll('.copy')) {
  button.addEventListener('click', async () => {
    const code = button.parentElement.querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
      document.getElementById('copied').textContent = 'The command is copied.';
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = 'Selected';
    }
    setTimeout(() => { button.textContent = 'Copy'; document.getElementById('copied').textContent = ''; }, 2000);
  });
}
`;
