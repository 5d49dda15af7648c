import { byCurrency, featuresOf } from '../catalog/offer.js';
import type { Product } from '../catalog/product.entity.js';
import { formatCredits, formatMoney } from '../http/amounts.js';
import { type Html, html } from '../http/html.js';
import type { PageContent } from '../http/page.js';

interface PlansPageOptions {
  creditDecimals: number;
  /** Its price is the one that counts when nobody names a currency, so it stands first. */
  defaultCurrency: string;
}

/** Lists what opens a feature, or everything that opens some. It sells nothing itself: that is for the app to do. */
export function plansPage(
  products: readonly Product[],
  feature: string | undefined,
  options: PlansPageOptions,
): PageContent {
  const offers = products.filter((product) => {
    const opened = featuresOf(product.key, product);
    return product.prices.length > 0 && (feature === undefined ? opened.length > 0 : opened.includes(feature));
  });
  const title = feature === undefined ? 'Plans and features' : `What opens ${feature}`;
  return {
    title,
    reader: 'buyer',
    body: html`<section><h1>${title}</h1>
${
  offers.length === 0
    ? html`<p class="soft">Nothing that is for sale at the moment opens it.</p>`
    : html`<ul class="cards packs">${offers.map((offer) => card(offer, options))}</ul>
<p class="soft">Choose one of them in the app that sent you here.</p>`
}
</section>`,
  };
}

function card(product: Product, { creditDecimals, defaultCurrency }: PlansPageOptions): Html {
  const isDefault = ({ currency }: { currency: string }) => currency === defaultCurrency;
  const prices = [...product.prices].sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)) || byCurrency(a, b));
  const cost = prices.map(({ amountMinor, currency }) => formatMoney(amountMinor, currency)).join(' · ');
  return html`<li class="card pack"><h2>${product.name}</h2>
${
  product.credits > 0n &&
  html`<span class="amount">${formatCredits(product.credits, creditDecimals)} <small>credits${product.kind === 'plan' && ' a month'}</small></span>`
}
<span class="price">${cost}${product.interval !== null && ` a ${product.interval}`}</span>
<span class="note">${featuresOf(product.key, product).join(', ')}${product.trialDays !== null && ` · ${product.trialDays} days to try`}</span></li>`;
}
