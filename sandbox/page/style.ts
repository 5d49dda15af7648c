/** What a list of choices shows that it can be opened with. */
const ARROW =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='12' height='12'%3E" +
  "%3Cpath d='m2 4 4 4 4-4' fill='none' stroke='%2369778a' stroke-width='1.6'/%3E%3C/svg%3E";

/** The look of every page of the sandbox. Light or dark as the visitor's system is. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #16202e; --soft: #566274; --faint: #69778a;
  --paper: #ffffff; --tint: #f4f6f9; --line: #d9dfe7; --line-strong: #b9c3d0;
  --accent: #1f5fe0; --accent-ink: #ffffff; --accent-hover: #184fbd; --ring: rgba(31, 95, 224, .28);
  --bad: #b3261e; --bad-tint: #fdf1f0; --bad-line: #f0c5c1;
  --good: #14743f; --good-tint: #e9f6ef;
  --note: #7a4b00; --note-tint: #fff4dc; --note-line: #f0d9a6;
  --shadow: 0 1px 2px rgba(22, 32, 46, .06);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eef2f7; --soft: #a9b5c4; --faint: #8593a5;
    --paper: #10161f; --tint: #171f2b; --line: #2b3645; --line-strong: #415066;
    --accent: #5b8cff; --accent-ink: #0a1222; --accent-hover: #7aa2ff; --ring: rgba(91, 140, 255, .38);
    --bad: #ff9a91; --bad-tint: #2c1716; --bad-line: #5a2d29;
    --good: #6fdc9f; --good-tint: #12281d;
    --note: #f2c879; --note-tint: #2a2211; --note-line: #54431d;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-font-smoothing: antialiased;
}
a { color: inherit; }
h1, h2, p, ul, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; border-radius: 6px; }

.split { min-height: 100vh; display: grid; grid-template-columns: minmax(0, 1fr); }
.side { background: var(--tint); padding: 24px 20px 28px; }
.main { padding: 28px 20px 32px; }
.tests { padding: 0 20px 40px; }
.inner { width: 100%; max-width: 420px; margin: 0 auto; }

.top { display: flex; align-items: center; gap: 10px; flex-wrap: wrap; margin-bottom: 24px; }
.back {
  display: inline-flex; align-items: center; padding: 13px; margin: -13px -9px -13px -13px; color: var(--soft);
  text-decoration: none; font-size: 14px;
}
.back:hover { color: var(--ink); }
.brand { display: inline-flex; align-items: center; gap: 10px; font-weight: 600; }
.badge {
  margin-left: auto; padding: 3px 8px; border-radius: 999px; font-size: 12px; font-weight: 600; white-space: nowrap;
  color: var(--note); background: var(--note-tint); border: 1px solid var(--note-line);
}
.what { color: var(--soft); font-weight: 500; }
.total { font-size: 38px; font-weight: 650; letter-spacing: -.02em; line-height: 1.2; margin-top: 2px; }
.lines { margin-top: 26px; }
.line { display: flex; justify-content: space-between; gap: 20px; padding: 14px 0; border-top: 1px solid var(--line); }
.line .name { font-weight: 550; overflow-wrap: anywhere; }
.line .more { color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
.line .cost { font-weight: 550; white-space: nowrap; font-variant-numeric: tabular-nums; }
.sums { padding: 14px 0; border-top: 1px solid var(--line); }
.sums > div, .facts > div { display: flex; justify-content: space-between; gap: 20px; padding: 3px 0; }
.sums dt { color: var(--soft); }
.sums dd, .facts dd { font-variant-numeric: tabular-nums; }
.code { padding: 14px 0; border-top: 1px solid var(--line); }
.code .row { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 8px; }
.code button, button.small, a.small {
  height: 46px; padding: 0 18px; border: 1px solid var(--line-strong); border-radius: 10px; background: var(--paper);
  color: var(--ink); font: inherit; font-weight: 550; cursor: pointer;
}
.code button:hover, button.small:hover, a.small:hover { border-color: var(--accent); color: var(--accent); }
.code-tag { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; }
.tag {
  padding: 2px 9px; border-radius: 6px; background: var(--paper); border: 1px solid var(--line-strong);
  color: var(--ink); font-size: 14px; font-weight: 600; overflow-wrap: anywhere;
}
.code-tag button {
  display: inline-grid; place-items: center; width: 32px; height: 32px; margin: -4px 0 -4px -4px; border: 0;
  border-radius: 6px; background: none; color: var(--soft); cursor: pointer;
}
.code-tag button:hover { color: var(--bad); }
.sum {
  display: flex; justify-content: space-between; padding: 16px 0 0; border-top: 1px solid var(--line-strong);
  font-weight: 650;
}

h2 { font-size: 19px; font-weight: 650; letter-spacing: -.01em; margin-bottom: 18px; }
.field { margin-bottom: 16px; }
label, .label { display: block; font-size: 14px; font-weight: 550; margin-bottom: 6px; }
input:not([type="radio"], [type="checkbox"]), select {
  width: 100%; height: 46px; padding: 0 14px; font: inherit; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line-strong); border-radius: 10px; box-shadow: var(--shadow); appearance: none;
  transition: border-color .12s, box-shadow .12s;
}
select {
  padding-right: 38px; background-repeat: no-repeat; background-position: right 14px center; text-overflow: ellipsis;
  background-image: url("${ARROW}");
}
input:hover, select:hover { border-color: var(--faint); }
input:focus, select:focus { outline: none; border-color: var(--accent); box-shadow: 0 0 0 3px var(--ring); }
input[readonly] { background: var(--tint); color: var(--soft); box-shadow: none; }
input[aria-invalid="true"], select[aria-invalid="true"] { border-color: var(--bad); }
input::placeholder { color: var(--faint); opacity: 1; }
.number { font-variant-numeric: tabular-nums; letter-spacing: .01em; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 12px; }
.soft { color: var(--soft); font-weight: 400; }
input[type="radio"], input[type="checkbox"] {
  flex: none; width: 18px; height: 18px; margin: 3px 0 0; accent-color: var(--accent);
}
input[type="radio"]:focus-visible, input[type="checkbox"]:focus-visible { outline-offset: 3px; box-shadow: none; }
.check label, .option > label {
  display: flex; gap: 10px; align-items: flex-start; font-size: 15px; margin: 0; cursor: pointer;
}
.check label { font-weight: 400; }
.options { margin: 0 0 16px; padding: 0; border: 0; }
.options legend { padding: 0; font-size: 14px; font-weight: 550; margin-bottom: 6px; }
.option { border: 1px solid var(--line-strong); border-top-width: 0; }
.option:first-of-type { border-top-width: 1px; border-radius: 10px 10px 0 0; }
.option:last-of-type { border-radius: 0 0 10px 10px; }
.option > label { padding: 13px 14px; }
.option .panel { padding: 4px 14px 2px; }
@supports selector(:has(a)) { .option:not(:has(> label > input:checked)) .panel { display: none; } }
.business { margin-bottom: 16px; }
.business summary { padding: 4px 0; font-size: 15px; cursor: pointer; }
.business[open] summary { margin-bottom: 12px; }
.mistake { color: var(--bad); font-size: 14px; margin-top: 6px; }
.alert {
  display: flex; gap: 12px; padding: 14px 16px; margin-bottom: 22px; border-radius: 10px;
  color: var(--bad); background: var(--bad-tint); border: 1px solid var(--bad-line);
}
.alert svg { flex: none; margin-top: 2px; }
.alert strong { display: block; }

button.pay, a.button {
  display: flex; align-items: center; justify-content: center; gap: 10px; width: 100%; height: 50px; margin-top: 24px;
  border: 0; border-radius: 10px; background: var(--accent); color: var(--accent-ink); font: inherit; font-size: 17px;
  font-weight: 600; text-decoration: none; cursor: pointer; transition: background-color .12s;
}
button.pay:hover, a.button:hover { background: var(--accent-hover); }
button.pay[disabled] { opacity: .7; cursor: progress; }
.fine { margin-top: 14px; color: var(--soft); font-size: 13.5px; text-align: center; }
.fine.left { margin: 0 0 14px; text-align: left; }
button.plain {
  width: 100%; height: 46px; margin-top: 8px; border: 0; border-radius: 10px; background: none; color: var(--soft);
  font: inherit; font-weight: 550; cursor: pointer;
}
button.plain:hover { color: var(--ink); background: var(--tint); }

.tests .box { border: 1px dashed var(--line-strong); border-radius: 12px; padding: 16px; }
.tests p { color: var(--soft); font-size: 14px; margin-bottom: 10px; }
.tests p strong { color: var(--ink); font-weight: 600; }
.chips { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; }
.chip {
  display: flex; justify-content: space-between; gap: 12px; width: 100%; padding: 9px 12px; font: inherit;
  font-size: 14px;
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 8px; cursor: pointer;
  text-align: left;
}
.chip:hover { border-color: var(--accent); }
.chip span:last-child { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }

.sheet { padding: 40px 20px 56px; }
.sheet .tests { padding: 36px 0 0; }
.sheet .pay-form { margin-top: 26px; }
.sheet .top { margin-bottom: 28px; }
.sheet .alert { margin: 22px 0 0; }

.portal { max-width: 760px; margin: 0 auto; padding: 32px 20px 64px; }
.portal .top { gap: 14px; }
.portal .back { margin: -13px auto -13px -13px; color: var(--soft); }
.portal .back ~ .badge { margin-left: 0; }
.portal h1 { font-size: 28px; letter-spacing: -.02em; }
.portal section { margin-top: 40px; }
.portal h2 { margin-bottom: 12px; }
.lead { color: var(--soft); }
.done {
  margin-top: 20px; padding: 12px 16px; border-radius: 10px; color: var(--good); background: var(--good-tint);
  font-weight: 550;
}
.rows { border: 1px solid var(--line); border-radius: 12px; margin-bottom: 14px; }
.rows li {
  display: flex; align-items: center; flex-wrap: wrap; gap: 10px 14px; padding: 12px 16px;
  border-top: 1px solid var(--line);
}
.rows li:first-child { border-top: 0; }
.acts { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; margin-left: auto; }
button.small, a.small { height: 40px; padding: 0 14px; font-size: 15px; border-radius: 8px; }
a.small { display: inline-flex; align-items: center; text-decoration: none; white-space: nowrap; }
.portal .lead + .pay-form { margin-top: 24px; }
.narrow { max-width: 420px; }
.portal .pay-form { max-width: 420px; }
.portal .tests { padding: 20px 0 0; }
.portal .tests .inner { margin: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.receipt .brand { justify-content: center; margin-bottom: 18px; color: var(--ink); }

.notice { min-height: 100vh; display: grid; place-items: center; padding: 24px 20px; background: var(--tint); }
.card {
  width: 100%; max-width: 440px; padding: 36px 28px; text-align: center; background: var(--paper);
  border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 8px 28px rgba(22, 32, 46, .06);
}
.card .mark {
  display: inline-grid; place-items: center; width: 56px; height: 56px; border-radius: 50%; margin-bottom: 16px;
}
.mark.good { color: var(--good); background: var(--good-tint); }
.mark.calm { color: var(--accent); background: var(--tint); }
.facts {
  margin: 20px 0 0; padding: 14px 16px; border-radius: 10px; background: var(--tint); text-align: left; font-size: 15px;
}
.facts dt { color: var(--soft); }
.mark.idle { color: var(--note); background: var(--note-tint); }
.card h1 { font-size: 22px; letter-spacing: -.01em; margin-bottom: 8px; }
.card p { color: var(--soft); }
.card .badge { display: inline-block; margin: 22px 0 0; }

.wide { max-width: 920px; margin: 0 auto; padding: 40px 20px 64px; }
.wide h1 { font-size: 28px; letter-spacing: -.02em; margin-bottom: 8px; }
.wide .badge { display: inline-block; margin-top: 14px; }
.wide h2 { margin: 36px 0 12px; }
.wide .lead { color: var(--soft); max-width: 62ch; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 12px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 10px 14px; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-weight: 550; background: var(--tint); }
code { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }

@media (max-width: 600px) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td {
    display: flex; justify-content: space-between; gap: 16px; padding: 5px 14px; border-bottom: 0; white-space: normal;
    overflow-wrap: anywhere; text-align: right;
  }
  td::before { content: attr(data-label); color: var(--soft); white-space: nowrap; }
}
@media (min-width: 900px) {
  .split {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); grid-template-rows: auto 1fr;
    grid-template-areas: "side main" "tests main";
    background: linear-gradient(to right, var(--tint) 50%, var(--paper) 50%);
  }
  .side { grid-area: side; padding: 64px 56px 0; }
  .split .tests { grid-area: tests; padding: 48px 56px 56px; }
  .main { grid-area: main; padding: 64px 56px; border-left: 1px solid var(--line); }
  .split .side .inner, .split .tests .inner { margin: 0 0 0 auto; }
  .main .inner { margin: 0 auto 0 0; }
  .top { margin-bottom: 40px; }
  .total { font-size: 44px; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
