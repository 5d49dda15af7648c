import { type Html, html, type Part } from './html.js';
import { lock, warning } from './icons.js';

/** What was wrong with a form, by the names of its fields. */
export type Mistakes = Record<string, string>;

/** A form as it is shown again: with what was typed, except for cards, and what was wrong with it. */
export interface FormView {
  typed: Record<string, string>;
  mistakes: Mistakes;
}

export const emptyForm: FormView = { typed: {}, mistakes: {} };

/** What was typed into the fields that may be shown again. */
export function typedIn(form: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...form].filter(([name]) => !['cardNumber', 'expiry', 'cvc'].includes(name)));
}

interface Field {
  name: string;
  label: string;
  attributes?: Part;
  optional?: boolean;
}

/** A labelled input with what is wrong with it, if anything is; the first such has the focus. */
export function field({ name, label, attributes, optional = false }: Field, view: FormView): Html {
  const required = !optional && html` required`;
  const input = html`<input id="${name}" name="${name}" ${attributes}${required}${markOf(name, view)}>`;
  return labelled({ name, label, optional }, input, view);
}

/** A text field that shows what was typed before, or else what is known. */
export const textField = (
  { name, label, known, attributes, optional = false }: Field & { known?: string | null | undefined },
  view: FormView,
): Html => field({ name, label, optional, attributes: html`value="${view.typed[name] ?? known}" ${attributes}` }, view);

interface Choice {
  name: string;
  label: string;
  /** What is chosen at first. */
  known?: string;
  choices: [value: string, label: string][];
  optional?: boolean;
}

export function selectField({ name, label, known, choices, optional = false }: Choice, view: FormView): Html {
  const chosen = view.typed[name] ?? known;
  const select = html`<select id="${name}" name="${name}"${markOf(name, view)}>${choices.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select>`;
  return labelled({ name, label, optional }, select, view);
}

export function checkbox({ name, label }: { name: string; label: Part }, view: FormView): Html {
  const mistake = view.mistakes[name];
  const checked = view.typed[name] === 'yes' && html` checked`;
  const input = html`<input type="checkbox" id="${name}" name="${name}" value="yes"${checked}${markOf(name, view)}>`;
  return html`<div class="field check">
<label>${input}<span>${label}</span></label>
${mistake !== undefined && mistakeLine(name, mistake)}
</div>`;
}

function labelled({ name, label, optional }: Field, input: Html, view: FormView): Html {
  const mistake = view.mistakes[name];
  return html`<div class="field">
<label for="${name}">${label}${optional && html` <span class="soft">(optional)</span>`}</label>
${input}
${mistake !== undefined && mistakeLine(name, mistake)}
</div>`;
}

function markOf(name: string, { mistakes }: FormView): Part {
  if (mistakes[name] === undefined) return false;
  const isFirst = Object.keys(mistakes)[0] === name;
  return html` aria-invalid="true" aria-describedby="${name}-mistake"${isFirst && html` autofocus`}`;
}

const mistakeLine = (name: string, mistake: string): Html =>
  html`<p class="mistake" id="${name}-mistake">${mistake}</p>`;

/** Why nothing was charged or done, said at the top of a form. */
export const alertBox = (
  message: string,
  title = 'The payment did not go through',
): Html => html`<div class="alert" role="alert">
${warning}
<div><strong>${title}</strong>${message}</div>
</div>`;

/** The button that sends a form off. */
export const payButton = (label: string): Html =>
  html`<button class="pay" type="submit">${lock}<span>${label}</span></button>`;
