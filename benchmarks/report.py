"""Results as Markdown: one text for benchmarks/results/bench.md and for docs/benchmarks.md."""

import importlib

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Cell:
    """How a table writes numbers."""

    @staticmethod
    def number(value, scale=1, digits=2):
        return f"{value * scale:.{digits}f}"

    @staticmethod
    def range(spread, scale=1, digits=2):
        """The median and the range; a dash where nothing was measured."""
        if spread is None:
            return "–"
        low, middle, high = (
            f"{spread[key] * scale:.{digits}f}" for key in ("least", "median", "most"))
        return middle if low == high else f"{middle} ({low}–{high})"


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def markdown(results, sections):
    """The sections that have results, in this order."""
    parts = []
    for name in sections:
        if name not in results:
            continue
        section, result = importlib.import_module(f"sections.{name}"), results[name]
        machine = result["machine"]
        busy = "" if result["load_before"] < 0.5 else (
            f" The machine was busy (load {result['load_before']}): indications only.")
        parts.append(f"### {section.TITLE}\n\n"
                     f"{machine['processor']}, {machine['cores']} cores, {result['when']}; PyTorch "
                     f"{machine['torch']}.{busy} Medians of the rounds, with their range in parentheses.\n")
        for caption, header, rows in section.tables(result["values"], Cell):
            parts.append(f"{caption}\n\n{table(header, rows)}")
    return "\n".join(parts)


def insert(text, path):
    """Puts the text between the markers of a document."""
    document = path.read_text()
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
