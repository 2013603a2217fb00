"""What README.md and results/README.md say, and which of their numbers a test has looked at."""

import csv
import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]
# The places, in the words of each document, that a test has held against something.
held = {}


def rows(path, **wanted):
    """The rows of a CSV file with these fields."""
    with (ROOT / path).open() as file:
        return [row for row in csv.DictReader(file)
                if all(row[key] == value for key, value in wanted.items())]


def one(path, **wanted):
    found = rows(path, **wanted)
    assert len(found) == 1, f"{path}: {len(found)} rows with {wanted}"
    return found[0]


def text(path):
    """A document's words, whatever the breaks of its lines."""
    return " ".join((ROOT / path).read_text().split())


def said(path, pattern):
    """What a sentence or the row of a table says, in the places of its groups; all of it then counts as looked at."""
    found = list(re.finditer(pattern, text(path)))
    assert found, f"{path} does not say '{pattern}' any more: change this test with it"
    assert len(found) == 1, f"{path} says '{pattern}' {len(found)} times"
    held.setdefault(path, []).append(found[0].span())
    return found[0].groups()


def is_rounded(text, value):
    """Whether a number is written as it should be: within half a unit of its last digit."""
    digits = len(text.partition(".")[2])
    return abs(float(text.replace("−", "-")) - value) <= 0.5000001 * 10 ** -digits


def holds(found, values):
    """Whether the numbers of a sentence are these."""
    values = list(values)
    assert len(found) == len(values)
    assert all(is_rounded(text, value) for text, value in zip(found, values)), (found, values)


def extremes(values):
    values = list(values)
    return [min(values), max(values)]


NUMBER = re.compile(r"(?<![\w./-])[−-]?\d[\d,.]*(?!\w)")
# What is no claim: links, names of files, the numbers of lists, the paper's year, and 1/k and 1/√k, which are names of axes.
NAMES = re.compile(r"\]\([^)]*\)|`[^`]*`|\d\. \*\*|ICML 2022|1/√?[kT]\b|(Table|Theorem|Proposition|Figure|Figures) \d")


def unheld(path, until=None):
    """The numbers of a document, or of its beginning, that no test has looked at, each with the words around it."""
    words = text(path)
    words = words[:words.index(until)] if until else words
    covered = [*held.get(path, []), *(match.span() for match in NAMES.finditer(words))]
    return [f"…{words[max(0, match.start() - 40):match.end() + 30]}…" for match in NUMBER.finditer(words)
            if not any(start <= match.start() < end for start, end in covered)]
