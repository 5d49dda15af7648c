import { type Html, html } from './html.js';

/** A drawing in a square, which means nothing to who hears the page. */
const icon = (size: number, lines: Html): Html =>
  html`<svg width="${size}" height="${size}" viewBox="0 0 ${size} ${size}" aria-hidden="true">${lines}</svg>`;

const line = (width: number): Html =>
  html`fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`;

export const tick = icon(28, html`<path d="m7 14.5 5 5 9-11" ${line(2.6)}/>`);

export const clock = icon(
  28,
  html`<circle cx="14" cy="14" r="9.5" ${line(2.4)}/><path d="M14 8.5V14l3.5 2.5" ${line(2.4)}/>`,
);

export const shield = icon(
  28,
  html`<path d="M14 4.5 22 8v6c0 5-3.4 8-8 9.5C9.4 22 6 19 6 14V8z" ${line(2.2)}/>
<path d="m10.5 14 2.6 2.6 4.6-5" ${line(2.2)}/>`,
);

export const warning = icon(
  20,
  html`<circle cx="10" cy="10" r="8.5" ${line(1.6)}/><path d="M10 5.8v5M10 13.6v.1" ${line(2)}/>`,
);

export const lock = icon(16, html`<path d="M4 7V5a4 4 0 0 1 8 0v2m-9 0h10v7H3z" ${line(1.6)}/>`);

export const arrowBack = icon(18, html`<path d="M11 4 6 9l5 5" ${line(1.8)}/>`);

export const cross = icon(12, html`<path d="m2 2 8 8M10 2l-8 8" ${line(1.8)}/>`);
