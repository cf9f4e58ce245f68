/** The colors are those of the playground; charts are drawn for white paper, and take these in place of theirs. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --surface: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de;
  --accent: #0b5cad; --good: 9, 105, 218;
  font: 15px/1.5 system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --surface: #171c23; --text: #e6e9ed; --quiet: #9ba6b2; --line: #323b46;
    --accent: #78b6f5; --good: 88, 166, 255;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); }
header, main { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 20px; }
main { display: grid; gap: 16px; padding-block: 16px 40px; grid-template-columns: minmax(0, 1fr); }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 0 0 4px; font-size: 1.1rem; }
p { margin: 0 0 8px; max-width: 80ch; }
header p, section > p { color: var(--quiet); }
a { color: var(--accent); }
nav a { margin-right: 12px; }
section { padding: 14px 16px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
.scroll { overflow-x: auto; margin-block: 8px 16px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 4px; }
th, td { padding: 3px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; text-align: left; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 500; }
tr > th:first-child { position: sticky; left: 0; background: var(--surface); }
.number { text-align: right; }
.cell { display: block; margin: -3px -10px; padding: 3px 10px; }
small, .note { color: var(--quiet); }
pre { overflow-x: auto; margin: 0; font: 13px/1.4 ui-monospace, monospace; }
ul { margin: 0; padding-left: 20px; }
summary { cursor: pointer; }
figure { margin: 8px 0; max-width: 900px; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 620px; height: auto; }
svg text { fill: var(--text); }
svg rect[fill='#ffffff'] { fill: var(--surface); }
svg line[stroke='#222222'], svg polyline[stroke='#222222'], svg polyline[stroke='#000000'] { stroke: var(--text); }
svg rect[fill='#000000'], svg circle[fill='#000000'] { fill: var(--text); }
@media print { body { background: none; } section { break-inside: avoid; } }
`
