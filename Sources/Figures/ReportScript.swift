/// The page's script: it shows what is in the page already, and asks no network.
enum ReportScript {
  static let text = #"""
    "use strict";
    const data = {};
    for (const block of document.querySelectorAll("script[data-study]"))
      data[block.dataset.study] = JSON.parse(block.textContent);
    const make = (name, text, parent) => {
      const element = document.createElement(name);
      if (text !== undefined) element.textContent = text;
      if (parent) parent.append(element);
      return element;
    };

    // Numbers on hover and on keyboard focus.
    const tip = make("div", undefined, document.body);
    tip.id = "tip";
    tip.setAttribute("role", "status");
    const show = cell => {
      tip.textContent = cell.getAttribute("aria-label");
      tip.style.display = "block";
      const box = cell.getBoundingClientRect();
      const width = tip.offsetWidth, height = tip.offsetHeight;
      const below = box.bottom + 8 + height < innerHeight;
      tip.style.left = Math.max(8, Math.min(box.left, innerWidth - width - 8)) + scrollX + "px";
      tip.style.top = (below ? box.bottom + 8 : box.top - height - 8) + scrollY + "px";
    };
    const hide = () => { tip.style.display = "none"; };
    const cellOf = event => event.target.closest && event.target.closest("g[data-point]");
    document.addEventListener("mouseover", event => {
      const cell = cellOf(event);
      if (cell) show(cell); else hide();
    });
    document.addEventListener("focusin", event => {
      const cell = cellOf(event);
      if (cell) show(cell); else hide();
    });

    // A cell leads to its runs.
    const svg = (name, attributes, parent) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const key in attributes) element.setAttribute(key, attributes[key]);
      parent.append(element);
      return element;
    };
    const curves = (runs, step, parent) => {
      const values = runs.flatMap(run => run[5]);
      if (!values.length) return;
      const low = Math.min(...values), high = Math.max(...values, low + 1e-9);
      const longest = Math.max(...runs.map(run => run[5].length));
      const picture = svg("svg", {viewBox: "0 0 320 130", class: "curves", role: "img",
        "aria-label": "Test error by epoch"}, parent);
      const text = (x, y, what) => { svg("text", {x, y}, picture).textContent = what; };
      text(0, 12, high.toFixed(1) + " %");
      text(0, 104, low.toFixed(1) + " %");
      text(60, 124, "test error by epoch" + (step > 1 ? ", every " + step : ""));
      for (const run of runs) {
        const points = run[5].map((value, index) =>
          (60 + 250 * (longest > 1 ? index / (longest - 1) : 0.5)).toFixed(1) + ","
          + (100 - 92 * (value - low) / (high - low)).toFixed(1));
        svg("polyline", {points: points.join(" ")}, picture);
      }
    };
    const open = cell => {
      const figure = cell.closest("figure"), study = data[cell.dataset.study];
      const [command, runs] = study.points[cell.dataset.point];
      let panel = figure.querySelector(".cell");
      if (!panel) { panel = make("div", undefined, figure); panel.className = "cell"; }
      panel.replaceChildren();
      make("h4", cell.dataset.point, panel);
      curves(runs, study.epochs, panel);
      const table = make("table", undefined, panel);
      const head = make("tr", undefined, make("thead", undefined, table));
      for (const name of ["Cell", "Seed", "Outcome", "Final (%)", "Best (%)", "Train it again"])
        make("th", name, head);
      const body = make("tbody", undefined, table);
      for (const [id, seed, outcome, final, best, , only] of runs) {
        const row = make("tr", undefined, body);
        for (const value of [id, seed, outcome, final ?? "", best ?? ""]) make("td", value, row);
        make("code", command + only, make("td", undefined, row));
      }
      panel.scrollIntoView({block: "nearest"});
    };
    document.addEventListener("click", event => { const cell = cellOf(event); if (cell) open(cell); });
    document.addEventListener("keydown", event => {
      const cell = cellOf(event);
      if (cell && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); open(cell); }
      if (event.key === "Escape") hide();
    });

    // Tables are sorted by the column whose heading is clicked.
    const number = text => {
      const found = /^[^0-9a-z]*?(-?[0-9.]+(?:e-?[0-9]+)?)/i.exec(text.replace("−", "-"));
      return found ? parseFloat(found[1]) : NaN;
    };
    const sort = head => {
      const table = head.closest("table"), column = head.cellIndex;
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row, index) => {
        const text = row.cells[column] ? row.cells[column].textContent : "";
        return {row, index, text, value: number(text)};
      });
      const numeric = rows.filter(row => row.text && !isNaN(row.value)).length * 2 > rows.length;
      // What has no number comes last, whichever way.
      rows.sort((a, b) => {
        if (numeric && isNaN(a.value) !== isNaN(b.value)) return isNaN(a.value) ? 1 : -1;
        const order = numeric && !isNaN(a.value) ? a.value - b.value : a.text.localeCompare(b.text);
        return (down ? -order : order) || a.index - b.index;
      });
      table.tBodies[0].append(...rows.map(row => row.row));
    };
    const sortable = table => {
      for (const head of table.tHead.rows[0].cells) {
        head.tabIndex = 0;
        head.title = "Sort";
        head.addEventListener("click", () => sort(head));
        head.addEventListener("keydown", event => { if (event.key === "Enter") sort(head); });
      }
    };
    for (const table of document.querySelectorAll("table.sortable")) sortable(table);

    // Each table as CSV; the table of all cells is made when it is first opened.
    const csv = id => JSON.parse(document.getElementById(id).textContent);
    for (const button of document.querySelectorAll("button[data-csv]"))
      button.addEventListener("click", () => {
        const link = make("a");
        link.href = URL.createObjectURL(new Blob([csv(button.dataset.csv)], {type: "text/csv"}));
        link.download = button.dataset.name;
        link.click();
        URL.revokeObjectURL(link.href);
      });
    const parse = text => {
      const rows = [[""]];
      let quoted = false;
      for (let i = 0; i < text.length; i++) {
        const row = rows[rows.length - 1], c = text[i];
        if (quoted && c === '"' && text[i + 1] === '"') { row[row.length - 1] += c; i++; }
        else if (c === '"') quoted = !quoted;
        else if (c === "," && !quoted) row.push("");
        else if (c === "\n" && !quoted) rows.push([""]);
        else row[row.length - 1] += c;
      }
      rows.pop();
      return rows;
    };
    for (const details of document.querySelectorAll("details[data-table]"))
      details.addEventListener("toggle", () => {
        if (!details.open || details.querySelector("table")) return;
        const [names, ...rows] = parse(csv(details.dataset.table));
        const wide = make("div", undefined, details);
        wide.className = "wide";
        const table = make("table", undefined, wide);
        table.className = "sortable";
        const head = make("tr", undefined, make("thead", undefined, table));
        for (const name of names) make("th", name, head);
        const body = make("tbody", undefined, table);
        for (const row of rows) {
          const line = make("tr", undefined, body);
          for (const value of row) make("td", value, line);
        }
        sortable(table);
      });
    """#
}
