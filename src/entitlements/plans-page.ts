import { featuresOf } from '../catalog/offer.js';
import { type OfferCardOptions, offerCard } from '../catalog/offer-card.js';
import type { Product } from '../catalog/product.entity.js';
import { type Html, html } from '../http/html.js';
import type { PageContent } from '../http/page.js';

/** Lists what opens a feature, or everything that opens some. It sells nothing itself: that is for the app to do. */
export function plansPage(
  products: readonly Product[],
  feature: string | undefined,
  options: OfferCardOptions,
): PageContent {
  const offers = products.filter((product) => {
    const opened = featuresOf(product.key, product);
    return product.prices.length > 0 && (feature === undefined ? opened.length > 0 : opened.includes(feature));
  });
  const title = feature === undefined ? 'Plans and features' : `What opens ${feature}`;
  return {
    title,
    reader: 'buyer',
    body: html`<section>
<div class="section-head"><h1>${title}</h1>
<p>${offers.length === 0 ? 'Nothing that is for sale at the moment opens it.' : 'Choose one in the app that sent you here.'}</p></div>
${offers.length > 0 && html`<ul class="cards packs">${offers.map((offer) => offerCard(offer, { name: html`<h2>${offer.name}</h2>`, note: noteOf(offer) }, options))}</ul>`}
</section>`,
  };
}

function noteOf(product: Product): Html {
  const features = featuresOf(product.key, product).join(', ');
  return html`${features}${product.trialDays !== null && ` · ${product.trialDays} days to try`}`;
}
