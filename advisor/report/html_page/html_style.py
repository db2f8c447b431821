"""The style sheet of an HTML report: one accent, light and dark, and black on white in print."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2227; --quiet: #5b6670; --line: #d5dbe0; --paper: #fff; --accent: #0b6e75;
  --other: #a8540a; --third: #6a4fb0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --quiet: #9aa6af; --line: #333c44; --paper: #14181b;
  --accent: #57c4cc; --other: #e5a15c; --third: #b7a3ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
article + article { margin-top: 4rem; border-top: 2px solid var(--line); padding-top: 2rem; }
h1 { margin: .2rem 0; font-size: 2.2rem; line-height: 1.15; color: var(--accent); }
h1::first-letter { text-transform: uppercase; }
h2 { margin: 1.8rem 0 .5rem; font-size: 1.05rem; font-weight: 600; break-after: avoid; }
.card { border: 1px solid var(--line); border-left: 5px solid var(--accent); border-radius: 4px;
  padding: 1rem 1.25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .8rem 0 0; }
dt { color: var(--quiet); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
p { margin: .3rem 0; }
.what span, .gate, small, figcaption, .pins, summary { color: var(--quiet); }
.what span { float: right; }
.summary { font-size: 1.1rem; }
small { display: block; font-size: .85rem; }
ul { margin: 0; padding-left: 1.2rem; }
li { margin: .25rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
  font-weight: 400; overflow-wrap: break-word; }
thead th { color: var(--quiet); font-size: .85rem; }
.figures td, .figures thead th { font-variant-numeric: tabular-nums; }
.figures tbody tr:last-child th, .figures tbody tr:last-child td { border-bottom: 0; }
.chosen { color: var(--accent); font-weight: 600; }
.excluded { color: var(--quiet); }
.figures th[scope=row] { white-space: nowrap; padding-right: 1.2rem; }
.figures td { white-space: nowrap; text-align: right; }
.figures thead th:not(:first-child) { text-align: right; }
.figures:not(.lines) td:last-child, .figures:not(.lines) thead th:last-child { white-space: normal; text-align: left;
  padding-left: 1.5rem; }
.bars { width: 100%; height: auto; }
.bars text, .chart text { font: 13px system-ui, sans-serif; fill: var(--quiet); }
.bars .name.chosen { fill: var(--accent); font-weight: 600; }
.bars .name.viable { fill: var(--ink); }
.range { fill: var(--other); opacity: .55; }
.range.chosen { fill: var(--accent); opacity: .8; }
.range.excluded { fill: none; stroke: var(--quiet); stroke-dasharray: 3 3; opacity: 1; }
.part0 { fill: var(--accent); } .part1 { fill: var(--other); } .part2 { fill: var(--third); }
.part3 { fill: var(--quiet); } .part4 { fill: var(--line); }
.median { stroke: var(--ink); stroke-width: 2.5; }
figure { margin: 0; }
.chart { width: 100%; height: auto; }
.chart .name { fill: var(--ink); }
.grid { stroke: var(--line); }
.mark { stroke: var(--quiet); stroke-dasharray: 2 4; }
.band { opacity: .16; }
.band0 { fill: var(--accent); } .band1 { fill: var(--other); } .band2 { fill: var(--third); }
.curve { fill: none; stroke-width: 2.5; }
.dot { fill: var(--accent); }
.curve0 { stroke: var(--accent); }
.curve1 { stroke: var(--other); stroke-dasharray: 2 5; stroke-linecap: round; }
.curve2 { stroke: var(--third); stroke-dasharray: 9 5; }
figcaption span { margin-right: 1.2rem; font-weight: 600; }
.key0 { color: var(--accent); } .key1 { color: var(--other); } .key2 { color: var(--third); }
figcaption span::before { content: ""; display: inline-block; width: 1.8em; margin-right: .4em; vertical-align: middle;
  border-top: 2.5px solid; }
.key1::before { border-top-style: dotted; } .key2::before { border-top-style: dashed; }
.pins { font: .75rem ui-monospace, monospace; overflow-wrap: anywhere; }
@media (max-width: 38rem) {
  body { padding: 1rem .75rem; }
  .what span { float: none; display: block; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  table { font-size: .8rem; }
  .figures th[scope=row] { white-space: normal; padding-right: .3rem; }
  .bars text { font-size: 17px; }
  .chart text { font-size: 20px; }
}
@page { margin: 13mm 15mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --quiet: #333; --line: #999; --paper: #fff; --accent: #000; --other: #555;
    --third: #777; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; font-size: 1rem; line-height: 1.4; }
  h2 { margin: .8rem 0 .3rem; }
  .card { padding: .6rem 1rem; }
  .bars { max-height: 28mm; }
  .chart { max-height: 42mm; }
  .bars text, .chart text { font-size: 15px; }
  th, td { padding-top: .18rem; padding-bottom: .18rem; }
  .card, figure, tr, li, dl { break-inside: avoid; }
  article + article { break-before: page; margin-top: 0; border-top: 0; padding-top: 0; }
  thead { display: table-header-group; }
}
"""
