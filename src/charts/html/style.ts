/** The style sheet of pages with charts. Colors are variables of the theme. */
export const STYLE = `
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--background); -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 72rem; padding: 2.5rem 1.5rem 4rem; color: var(--text); line-height: 1.5;
  font: 0.9375rem/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 0.25rem; font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.005em; }
h3 { margin: 0 0 0.5rem; font-size: 0.9375rem; line-height: 1.4; }
p { margin: 0; }
figure { margin: 0; min-width: 0; }
svg { display: block; width: 100%; max-width: 72rem; height: auto; }
.figure svg { max-width: 36rem; }
code, pre { font: 0.8125rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.narrow { display: none; }

table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3125rem 0 0.3125rem 1.25rem; text-align: left; font-weight: 400; vertical-align: top; }
th:first-child, td:first-child { padding-left: 0; }
thead th {
  color: var(--soft); font-size: 0.8125rem; vertical-align: bottom; border-bottom: 1px solid var(--grid); white-space: nowrap;
}
tbody tr + tr > * { border-top: 1px solid var(--grid); }
.bars tbody tr + tr > * { border-top: 0; }
.number { text-align: right; white-space: nowrap; }
.bars th[scope="row"] { width: 99%; }
.scroll { overflow-x: auto; }
.scroll td, .scroll th[scope="row"] { overflow-wrap: anywhere; }
.scroll .long { min-width: 9rem; }
.short { white-space: nowrap; }

.named-bar { display: grid; grid-template-columns: minmax(8rem, 15rem) 1fr; gap: 1rem; align-items: center; }
.named-bar bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.track { display: flex; height: 0.875rem; }
.part { min-width: 1px; background: var(--main); }
.part:first-child { border-radius: 2px 0 0 2px; }
.part:last-child { border-radius: 0 2px 2px 0; }
.part:only-child { border-radius: 2px; }
.part[style$="width:0.00%"] { min-width: 0; }
.part-1 { background: var(--series-1); }
.part-2 { background: var(--series-2); }
.part-3 { background: var(--series-3); }
.part-4 { background: var(--series-4); }
.part-5 { background: var(--series-5); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 0 0.75rem; padding: 0; list-style: none; }
.legend { font-size: 0.8125rem; }
.swatch { display: inline-block; width: 0.75rem; height: 0.75rem; margin-right: 0.4rem; border-radius: 2px; }
.swatch { vertical-align: -0.0625rem; }

details { margin-top: 0.75rem; font-size: 0.875rem; }
summary { color: var(--soft); cursor: pointer; width: fit-content; font-size: 0.8125rem; }
details > .scroll { margin-top: 0.5rem; max-height: 24rem; overflow-y: auto; }
pre {
  margin: 0.5rem 0 0; padding: 0.75rem 1rem; border: 1px solid var(--grid); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.note { margin-top: 0.75rem; color: var(--soft); font-size: 0.8125rem; }
h1 + figure { margin-top: 1.5rem; }


header { margin-bottom: 3rem; }
.eyebrow { margin-bottom: 0.375rem; color: var(--soft); font-size: 0.8125rem; font-weight: 600; }
.soft { color: var(--soft); }
header .soft { margin-top: 0.375rem; }
.headlines {
  display: grid; grid-template-columns: repeat(6, 1fr); gap: 1px; overflow: hidden; list-style: none;
  margin: 1.5rem 0 0; padding: 0; border: 1px solid var(--grid); border-radius: 8px; background: var(--grid);
}
.headlines li { padding: 0.875rem 1rem; background: var(--background); }
.headlines strong { display: block; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
.headlines span { color: var(--soft); font-size: 0.8125rem; }
section { margin-top: 3rem; padding-top: 2rem; border-top: 1px solid var(--grid); }
.finding { max-width: 46rem; font-size: 1.0625rem; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2rem 3rem; margin-top: 1.5rem; }
.figure { grid-column: 1 / -1; min-width: 0; }
.figure.half { grid-column: auto; }
.half .named-bar { grid-template-columns: minmax(7rem, 10.5rem) 1fr; }
.note + .note { margin-top: 0.25rem; }
.figures + .note { margin-top: 1.25rem; max-width: 46rem; }
.figures ~ .note { max-width: 46rem; }
footer { margin-top: 3rem; }
.queries summary { overflow-wrap: anywhere; width: auto; }

@media (max-width: 60rem) {
  .headlines { grid-template-columns: repeat(3, 1fr); }
  .figures { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 44rem) {
  body { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.375rem; }
  .headlines { grid-template-columns: repeat(2, 1fr); }
  .wide { display: none; }
  .narrow { display: block; }
  .named-bar { grid-template-columns: minmax(0, 1fr); gap: 0.1875rem; }
  .named-bar bdi { white-space: normal; overflow-wrap: anywhere; }
  .track { height: 0.5rem; }
  th, td { padding-left: 0.875rem; }
  .bars th[scope="row"] { min-width: 9rem; }
  .half .named-bar { grid-template-columns: minmax(0, 1fr); }
  header { margin-bottom: 2rem; }
  section { margin-top: 2rem; padding-top: 1.5rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .part, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .wide { display: block; }
  .narrow { display: none; }
}
`
