/// The page's style: light and dark by the reader's preference, and plain on paper.
enum ReportStyle {
  static var text: String {
    """
    :root { color-scheme: light dark; --ink: #1d2327; --soft: #5c6670; --line: #d9dee3;
      --page: #ffffff; --card: #f5f7f9; --accent: #00628c; --yes: #00664b; --no: #a23b00; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --soft: #a9b3bc;
      --line: #343c44; --page: #14181c; --card: #1d2329; --accent: #6cc3e8; --yes: #4fd0a4;
      --no: #ffa36b; }
    \(Theme.darkRules) }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, "DejaVu Sans", Verdana, sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
    h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
    h2 { font-size: 1.45rem; margin: 2.5rem 0 .5rem; }
    h3 { font-size: 1.1rem; margin: 2rem 0 .6rem; color: var(--accent); }
    h4 { font-size: .95rem; margin: 0 0 .5rem; }
    .about { font-size: 1.08rem; max-width: 46rem; }
    .note { color: var(--soft); font-size: .87rem; max-width: 56rem; margin: .5rem 0 1.2rem; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem;
      background: var(--card); border-radius: 8px; padding: 1rem 1.3rem; margin: 1rem 0; }
    dt { color: var(--soft); } dd { margin: 0; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; border-top: 2px solid var(--ink);
      border-bottom: 2px solid var(--ink); font-size: .93rem; font-variant-numeric: tabular-nums; }
    th { border-bottom: 1px solid var(--ink); font-weight: 600; }
    th[tabindex] { cursor: pointer; } th[aria-sort=ascending]::after { content: " ▲"; }
    th[aria-sort=descending]::after { content: " ▼"; }
    th, td { padding: .32rem .8rem; text-align: left; vertical-align: top; }
    tbody tr + tr td { border-top: 1px solid var(--line); }
    .r { text-align: right; } .c { text-align: center; }
    td.c, td.r, .keep { white-space: nowrap; }
    .claims { list-style: none; padding: 0; }
    .claims li { margin: .35rem 0; } .claims b { display: inline-block; min-width: 8.5rem; }
    .supported { color: var(--yes); } .contradicted { color: var(--no); }
    .undecided { color: var(--soft); }
    .pair { display: grid; gap: 1rem; align-items: start;
      grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)); }
    .pair figure { margin: 0; }
    figure { margin: 1rem 0; } figure > svg { display: block; max-width: 100%; height: auto;
      border-radius: 8px; border: 1px solid var(--line); }
    g[data-point] { cursor: pointer; }
    g[data-point]:focus { outline: 3px solid var(--accent); outline-offset: -2px; }
    #tip { display: none; position: absolute; max-width: 26rem; padding: .35rem .7rem;
      background: var(--ink); color: var(--page); border-radius: 6px; font-size: .87rem;
      white-space: pre-line; pointer-events: none; z-index: 1; }
    .cell { background: var(--card); border-radius: 8px; padding: .9rem 1.1rem; margin: .6rem 0;
      overflow-x: auto; }
    .cell code { white-space: normal; background: none; padding: 0; }
    .curves { width: 24rem; max-width: 100%; } .curves text { font-size: 11px; fill: var(--soft); }
    .curves polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; }
    button { font: inherit; font-size: .82rem; color: var(--accent); background: none; cursor: pointer;
      border: 1px solid var(--line); border-radius: 5px; padding: .1rem .6rem; }
    code { font: .88em "DejaVu Sans Mono", Menlo, Consolas, monospace; background: var(--card);
      padding: .1em .35em; border-radius: 4px; white-space: nowrap; }
    summary { cursor: pointer; color: var(--accent); margin: .6rem 0; }
    @media print { button, #tip { display: none !important; } main { max-width: none; padding: 0; }
      figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
    """
  }
}
