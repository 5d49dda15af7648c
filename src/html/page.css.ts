/** The look of every page: system fonts, two themes, no file and no host besides the page itself. */
export const PAGE_CSS = `
:root {
  color-scheme: light dark;
  --ground: #f6f5f2; --card: #ffffff; --ink: #1b1d22; --soft: #5a5f69; --line: #dfddd6;
  --accent: #0b6b57; --accent-ink: #ffffff; --accent-soft: #e1f0ec; --warn: #8a4b00; --warn-soft: #fbefdc;
  --code-ground: #14181d; --code-ink: #e6edf3; --code-soft: #8f9baa; --code-line: #2a3038;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101215; --card: #181b20; --ink: #e9eaec; --soft: #a0a6b1; --line: #2b2f36;
    --accent: #5cc9ae; --accent-ink: #06231c; --accent-soft: #16302a; --warn: #f0b871; --warn-soft: #33260f;
    --code-ground: #0a0c0f; --code-ink: #dfe6ee; --code-soft: #8793a2; --code-line: #262b32;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
a { color: var(--accent); text-underline-offset: 0.2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -0.015em; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 5vw, 2.75rem); }
h2 { font-size: 1.4rem; }
h3 { font-size: 1.05rem; letter-spacing: 0; }
p { margin: 0; text-wrap: pretty; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code {
  font-size: 0.9em; background: var(--accent-soft); border-radius: 4px; padding: 0.1em 0.35em;
  overflow-wrap: anywhere;
}
.skip { position: absolute; left: -999px; top: 8px; background: var(--card); padding: 8px 16px; z-index: 1; }
.skip:focus { left: 8px; }
.bar {
  display: flex; flex-wrap: wrap; align-items: center; gap: 8px 28px; max-width: 1040px; margin: 0 auto;
  padding: 20px 24px;
}
.brand {
  display: inline-flex; align-items: center; gap: 10px; font-weight: 700; font-size: 1.1rem; color: var(--ink);
  text-decoration: none; margin-right: auto;
}
.brand svg { display: block; color: var(--accent); }
.bar nav { display: flex; flex-wrap: wrap; gap: 4px 22px; }
.bar nav a { color: var(--soft); text-decoration: none; padding: 4px 0; }
.bar nav a:hover { color: var(--ink); text-decoration: underline; }
main {
  max-width: 1040px; margin: 0 auto; padding: 28px 24px 72px; display: grid; gap: 56px;
  grid-template-columns: minmax(0, 1fr);
}
.lead { color: var(--soft); font-size: 1.12rem; max-width: 62ch; margin-top: 14px; }
.section-head { display: grid; gap: 6px; margin-bottom: 20px; }
.section-head > p:not(.notice), .soft { color: var(--soft); }
.cards {
  display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 220px), 1fr)); margin: 0;
  padding: 0; list-style: none;
}
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; display: grid;
  gap: 4px; align-content: start;
}
.card .label { color: var(--soft); font-size: 0.82rem; }
.card .value { font-weight: 650; overflow-wrap: anywhere; }
.card .note { color: var(--soft); font-size: 0.9rem; overflow-wrap: anywhere; }
.card code { white-space: nowrap; }
.dot {
  display: inline-block; width: 0.6em; height: 0.6em; border-radius: 50%; background: var(--accent);
  margin-right: 0.5em;
}
.packs { grid-template-columns: repeat(auto-fit, minmax(min(100%, 150px), 1fr)); }
.pack { gap: 2px; }
.pack h2 { font-size: 1.05rem; letter-spacing: 0; }
.pack .amount { font-size: 1.9rem; font-weight: 700; letter-spacing: -0.02em; line-height: 1.2; margin-top: 8px; }
.pack .amount small {
  display: inline-block; font-size: 0.95rem; font-weight: 500; color: var(--soft); letter-spacing: 0;
}
.pack .price { font-weight: 650; margin-top: 10px; }
.notice {
  margin-top: 8px; background: var(--warn-soft); color: var(--warn); border-radius: 10px; padding: 12px 16px;
  font-size: 0.95rem;
}
.steps {
  counter-reset: step; list-style: none; margin: 0; padding: 0; display: grid; gap: 26px;
  grid-template-columns: minmax(0, 1fr);
}
.steps > li { counter-increment: step; display: grid; grid-template-columns: 34px minmax(0, 1fr); gap: 0 16px; }
.steps > li::before {
  content: counter(step); width: 34px; height: 34px; border-radius: 50%; background: var(--accent-soft);
  color: var(--accent); font-weight: 700; display: grid; place-items: center; font-variant-numeric: tabular-nums;
}
.steps .body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 10px; min-width: 0; padding-top: 4px; }
.terminal {
  position: relative; background: var(--code-ground); color: var(--code-ink); border: 1px solid var(--code-line);
  border-radius: 10px;
}
.terminal pre {
  margin: 0; padding: 16px 88px 16px 18px; overflow-x: auto; scrollbar-width: thin;
  scrollbar-color: var(--code-soft) transparent; font-size: 0.84rem; line-height: 1.65; tab-size: 2;
  border-radius: 10px;
  background:
    linear-gradient(to left, var(--code-ground) 50%, transparent) 100% 0 / 60px 100% no-repeat local,
    linear-gradient(to left, rgb(143 155 170 / 0.45), transparent) 100% 0 / 26px 100% no-repeat scroll;
}
.terminal pre:focus-visible { outline-offset: -3px; border-radius: 10px; }
.terminal code { background: none; padding: 0; font-size: inherit; overflow-wrap: normal; }
.copy {
  position: absolute; top: 9px; right: 9px; font: 600 0.78rem/1 system-ui, sans-serif; color: var(--code-ink);
  background: var(--code-line); border: 0; border-radius: 6px; padding: 9px 12px; cursor: pointer; min-width: 64px;
}
.copy:hover { background: #3a424d; }
.expect { color: var(--soft); font-size: 0.95rem; display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 8px; }
.expect::before { content: "→"; color: var(--accent); font-weight: 700; }
.tag {
  display: inline-block; font: 600 0.8rem/1.4 ui-monospace, Menlo, Consolas, monospace;
  background: var(--accent-soft); color: var(--accent); border-radius: 6px; padding: 3px 8px; justify-self: start;
}
.tag + h1 { margin-top: 12px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.rows {
  background: var(--card); border: 1px solid var(--line); border-radius: 12px; list-style: none; margin: 0;
  padding: 0;
}
.rows li {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 20px; padding: 13px 20px;
  border-top: 1px solid var(--line);
}
.rows li:first-child { border-top: 0; }
.button {
  display: inline-block; background: var(--accent); color: var(--accent-ink); text-decoration: none; font-weight: 650;
  border-radius: 8px; padding: 10px 18px;
}
.actions { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 22px; align-items: center; }
.buyer { min-height: 100vh; display: grid; grid-template-rows: auto 1fr; }
.buyer .bar { width: 100%; justify-content: center; }
.buyer .brand { margin-right: 0; }
.buyer main { width: 100%; max-width: 512px; padding-top: 12px; align-content: center; }
.receipt {
  background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 36px 32px 28px;
  text-align: center;
}
.receipt .mark {
  display: inline-grid; place-items: center; width: 60px; height: 60px; border-radius: 50%;
  background: var(--accent-soft); color: var(--accent); margin-bottom: 16px;
}
.receipt .mark.waiting { background: var(--warn-soft); color: var(--warn); }
.receipt .mark.quiet { background: var(--ground); color: var(--soft); }
.receipt .mark svg {
  fill: none; stroke: currentColor; stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round;
}
.receipt h1 { font-size: 1.65rem; margin-bottom: 10px; }
.receipt p { color: var(--soft); }
.receipt dl { margin: 26px 0 0; text-align: left; border-top: 1px solid var(--line); }
.receipt dl div {
  display: flex; justify-content: space-between; gap: 16px; padding: 12px 0; border-bottom: 1px solid var(--line);
}
.receipt dt { color: var(--soft); }
.receipt dd { margin: 0; font-weight: 650; text-align: right; overflow-wrap: anywhere; }
.receipt .fine { margin-top: 14px; font-size: 0.8rem; overflow-wrap: anywhere; }
.receipt .actions { justify-content: center; gap: 12px 24px; }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: 0.9rem; }
footer p { max-width: 1040px; margin: 0 auto; padding: 20px 24px 32px; }
@media (max-width: 560px) {
  .bar, main, footer p { padding-left: 16px; padding-right: 16px; }
  main { gap: 44px; }
  .steps > li { position: relative; grid-template-columns: minmax(0, 1fr); }
  .steps > li::before { position: absolute; top: 0; left: 0; }
  .steps h3 { padding-left: 46px; min-height: 30px; }
  .card { padding: 16px; }
  .receipt { padding: 28px 20px 24px; }
  .buyer main { align-content: start; }
  .pack .amount { font-size: 1.6rem; }
  .rows li { flex-direction: column; }
  .terminal pre { padding: 14px; }
  .copy { position: static; width: 100%; border-radius: 0 0 9px 9px; padding: 12px; }
}
`;
