"""The style sheet of an HTML report: one accent, light and dark, and black on white in print."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2227; --quiet: #5b6670; --line: #d5dbe0; --paper: #fff; --accent: #0b6e75;
  --other: #a8540a; --third: #6a4fb0; --band: #0b6e7526; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --quiet: #9aa6af; --line: #333c44; --paper: #14181b;
  --accent: #57c4cc; --other: #e5a15c; --third: #b7a3ee; --band: #57c4cc2e; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
article + article { margin-top: 4rem; border-top: 2px solid var(--line); padding-top: 2rem; }
h1 { margin: .2rem 0; font-size: 2rem; letter-spacing: .02em; text-transform: uppercase; color: var(--accent); }
h2 { margin: 2rem 0 .5rem; font-size: 1rem; text-transform: none; color: var(--quiet); font-weight: 600; }
p { margin: .3rem 0; }
.what span, .gate, small, figcaption, .pins, summary { color: var(--quiet); }
.what span { float: right; }
.summary { font-size: 1.1rem; }
small { display: block; font-size: .85rem; }
ul { margin: 0; padding-left: 1.2rem; }
li { margin: .25rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
  font-weight: 400; overflow-wrap: anywhere; }
thead th { color: var(--quiet); font-size: .85rem; }
.figures td, .figures thead th { font-variant-numeric: tabular-nums; }
.figures tbody tr:last-child th, .figures tbody tr:last-child td { border-bottom: 0; }
.chosen { color: var(--accent); font-weight: 600; }
.excluded { color: var(--quiet); }
.bar { max-width: 100%; }
.bar rect { fill: var(--accent); opacity: .45; }
.bar circle { fill: var(--accent); }
figure { margin: 0; }
.chart { width: 100%; height: auto; }
.chart text { font: 12px system-ui, sans-serif; fill: var(--quiet); }
.chart .name { fill: var(--ink); }
.grid { stroke: var(--line); }
.mark { stroke: var(--quiet); stroke-dasharray: 2 4; }
.band { fill: var(--band); }
.curve { fill: none; stroke-width: 2.5; }
.curve0 { stroke: var(--accent); }
.curve1 { stroke: var(--other); stroke-dasharray: 2 5; stroke-linecap: round; }
.curve2 { stroke: var(--third); stroke-dasharray: 9 5; }
figcaption span { margin-right: 1.2rem; font-weight: 600; }
.key0 { color: var(--accent); } .key1 { color: var(--other); } .key2 { color: var(--third); }
.key0::before { content: "━ "; } .key1::before { content: "··· "; } .key2::before { content: "╌ "; }
.pins { font: .75rem ui-monospace, monospace; overflow-wrap: anywhere; }
@media print {
  :root { --ink: #000; --quiet: #444; --line: #bbb; --paper: #fff; --accent: #000; --other: #555; --third: #777;
    --band: #0002; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  section, tr, li { break-inside: avoid; }
  article { break-after: page; }
}
"""
