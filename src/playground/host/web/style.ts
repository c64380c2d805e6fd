/** The one style sheet of the pages. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2126; --dim: #5d6873; --line: #d8dee4; --paper: #fff; --shade: #f5f7f9;
  --link: #0b5cad; --good: #1a7f37; --bad: #c0262d; --wait: #9a6700; --done: #7a3fc4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --dim: #98a3ae; --line: #343b43; --paper: #14181c;
  --shade: #1c2126; --link: #6cb2ff; --good: #4cc267; --bad: #ff7b72; --wait: #e0ac3b; --done: #b392f0; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
header, main { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; gap: 1rem; align-items: center; justify-content: space-between; flex-wrap: wrap;
  padding-top: .8rem; padding-bottom: .8rem; }
.bar { border-bottom: 1px solid var(--line); background: var(--shade); }
.home { font-weight: 600; color: var(--ink); }
nav { display: flex; gap: 1.2rem; margin: .2rem 0 1.2rem; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
nav a { padding: .4rem 0; color: var(--dim); } nav a.here { color: var(--ink); box-shadow: 0 2px 0 var(--link); }
h1 { font-size: 1.5rem; margin: 1.2rem 0 .4rem; overflow-wrap: anywhere; } h1 small { color: var(--dim); font-weight: 400; }
h2 { font-size: 1.15rem; margin: 1.6rem 0 .5rem; }
.box { border: 1px solid var(--line); border-radius: .5rem; margin: .8rem 0; overflow: hidden; }
.box > .head { background: var(--shade); padding: .45rem .9rem; border-bottom: 1px solid var(--line); color: var(--dim);
  overflow-wrap: anywhere; }
.box > .body { padding: .3rem .9rem; overflow-wrap: anywhere; }
.row { display: flex; gap: .8rem; padding: .45rem .9rem; border-top: 1px solid var(--line); align-items: baseline;
  overflow-wrap: anywhere; }
.row:first-child { border-top: 0; } .row > .grow { flex: 1; }
.dim { color: var(--dim); } code, pre, .mono { font: .86em/1.5 ui-monospace, monospace; }
pre { background: var(--shade); padding: .7rem .9rem; border-radius: .4rem; overflow: auto; }
code { background: var(--shade); padding: .1em .3em; border-radius: .3em; } pre code { padding: 0; }
table { border-collapse: collapse; display: block; overflow-x: auto; } th, td { border: 1px solid var(--line); padding: .3rem .7rem; text-align: left; }
blockquote { margin: .6rem 0; padding-left: .9rem; border-left: 3px solid var(--line); color: var(--dim); }
.tag { border-radius: 1rem; padding: .1rem .7rem; color: #fff; font-size: .86rem; white-space: nowrap; }
.success, .open { color: var(--good); } .failure, .error { color: var(--bad); } .pending { color: var(--wait); } .merged { color: var(--done); }
.tag.success, .tag.open, .tag.failure, .tag.error, .tag.pending, .tag.merged { color: #fff; }
.tag.success, .tag.open { background: #1a7f37; } .tag.failure, .tag.error, .tag.closed { background: #b3252c; }
.tag.pending { background: #8a5d00; } .tag.merged { background: #7a3fc4; } .tag.quiet { background: #66707a; }
.tag.reaction { color: var(--ink); border: 1px solid var(--line); background: var(--shade); }
.diff { margin: 0; border-radius: 0; padding: .4rem 0; } .diff span { display: block; padding: 0 .9rem; white-space: pre; }
.diff .add { background: color-mix(in srgb, var(--good) 15%, transparent); } .diff .del { background: color-mix(in srgb, var(--bad) 15%, transparent); }
.diff .at { color: var(--dim); }
textarea, input[type=text], select { width: 100%; font: inherit; color: inherit; background: var(--paper); padding: .5rem .7rem;
  border: 1px solid var(--line); border-radius: .4rem; } textarea { min-height: 7rem; } select { width: auto; }
button { font: inherit; font-weight: 600; color: var(--ink); background: var(--shade); border: 1px solid var(--line);
  border-radius: .4rem; padding: .35rem .9rem; cursor: pointer; } button.main { background: #1a7f37; border-color: #1a7f37; color: #fff; }
form.inline { display: inline-flex; gap: .4rem; align-items: center; flex-wrap: wrap; margin: 0; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;
