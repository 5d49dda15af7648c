import { featuresOf } from '../catalog/offer.js';
import { type OfferCardOptions, offerCard } from '../catalog/offer-card.js';
import type { Product } from '../catalog/product.entity.js';
import type { AppConfig } from '../config/config.js';
import { type Html, html } from '../html/html.js';
import type { PageContent } from '../html/page.js';

export interface PlansPageOptions extends OfferCardOptions {
  app: AppConfig;
}

/**
 * Lists what opens a feature, or everything that opens some. It sells nothing itself, since it does not know who reads
 * it: what is chosen is handed to the app as `?product=`.
 */
export function plansPage(
  products: readonly Product[],
  feature: string | undefined,
  options: PlansPageOptions,
): PageContent {
  const offers = products.filter((product) => {
    const opened = featuresOf(product.key, product);
    return product.prices.length > 0 && (feature === undefined ? opened.length > 0 : opened.includes(feature));
  });
  const cards = offers.map((offer) => {
    const text = { name: html`<h2>${offer.name}</h2>`, note: noteOf(offer), action: choose(offer, options.app) };
    return offerCard(offer, text, options);
  });
  const title = feature === undefined ? 'Plans and features' : `What opens ${feature}`;
  return {
    title,
    buyerOf: options.app,
    body: html`<section>
<div class="section-head"><h1>${title}</h1>
<p>${intro(offers.length > 0, options.app)}</p></div>
${offers.length > 0 && html`<ul class="cards packs">${cards}</ul>`}
${offers.length === 0 && backTo(options.app)}
</section>`,
  };
}

function intro(isAny: boolean, { url }: AppConfig): string {
  if (!isAny) return 'Nothing that is for sale at the moment opens it.';
  return url === undefined ? 'Choose one in the app that sent you here.' : 'Choose one: you pay in the next step.';
}

function choose({ key, name }: Product, { url }: AppConfig): Html | undefined {
  if (url === undefined) return undefined;
  const address = new URL(url);
  address.searchParams.set('product', key);
  return html`<a class="button" href="${address.href}" aria-label="Choose ${name}">Choose</a>`;
}

function backTo({ name = 'the app', url }: AppConfig): Html | undefined {
  return url === undefined
    ? undefined
    : html`<div class="actions"><a class="button" href="${url}">Back to ${name}</a></div>`;
}

function noteOf(product: Product): Html {
  const features = featuresOf(product.key, product).join(', ');
  return html`${features}${product.trialDays !== null && ` · ${product.trialDays} days to try`}`;
}
