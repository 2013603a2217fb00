"""What it takes to export a study of 10,000 cells: seconds and memory of each command, on one core."""

import os
import pathlib
import re
import subprocess
import tempfile
import time

from measuring import Failure, note, spread

TITLE = "Exports of 10,000 cells, one core"
LIMIT = 600

# What a single export may take.
MOST_SECONDS, MOST_BYTES = 5, 500e6


def study(quick):
    """Two optimizers with next to nothing to train, over a large grid, and eight seeds: enough for the bootstrap."""
    steps = 2 if quick else 8
    def axis(start, end):
        return {"per_decade": steps, "from": start, "to": end}
    return {
        "study": "bench-exports", "dataset": {"name": "synthetic", "train": 20, "test": 80},
        "network": {"name": "mlp", "hidden": []}, "training": {"epochs": 3, "batch": 20},
        "seeds": list(range(2 if quick else 8)), "record": {"weights": "none"},
        "optimizers": [
            {"name": "momentum", "learning_rate": axis(0.001, 1), "weight_decay": axis(1e-6, 1e-3)},
            {"name": "adai", "learning_rate": axis(0.01, 10), "weight_decay": axis(1e-6, 1e-3)}],
    }


def kinds(bench):
    """The exports that `inertia export --help` lists; those that need a key of the study left out."""
    text = bench.run([bench.inertia, "export", "--help"]).stdout
    block = re.search(r"KIND is one of\n((?: {2,}.*\n)+)", text).group(1)
    names = re.findall(r"^ {2,}([a-z]+)  ", block, re.MULTILINE)
    return [name for name in names if name not in ("claims", "published")]


def one_core(command):
    """Seconds of the wall, of the processor, and the peak of resident memory in bytes, of a command kept to one core."""
    core = min(os.sched_getaffinity(0))
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failure(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def measure(bench):
    with tempfile.TemporaryDirectory() as folder:
        note("  training the cells")
        bench.run_study(study(bench.quick), folder, bench.cores)
        return exports(bench, pathlib.Path(folder, "bench-exports"))


def exports(bench, results):
    """What each command takes on these results."""
    with tempfile.TemporaryDirectory() as folder:
        cells = len((results / "tables/cells.csv").read_text().splitlines()) - 1
        commands = {name: ["export", name, results, "-o", f"{folder}/out"] for name in kinds(bench)}
        commands["heatmap, svg"] = [*commands["heatmap"], "--format", "svg"]
        commands["heatmap, contours"] = [*commands["heatmap, svg"], "--form", "contours"]
        commands["report"] = ["report", results, "-o", f"{folder}/page.html"]
        commands["collect"] = ["collect", results]
        rows = {name: ([], [], []) for name in commands}
        for turn in bench.turns():
            note(f"  round {turn}")
            for name, command in commands.items():
                for values, value in zip(rows[name], one_core([bench.inertia, *command])):
                    values.append(value)
    return {"cells": cells, "rows": [
        {"name": name, "seconds": spread(seconds), "processor_seconds": spread(processor),
         "peak_bytes": max(memory)} for name, (seconds, processor, memory) in rows.items()]}


def tables(values, cell):
    slow = [row["name"] for row in values["rows"] if row["name"] != "collect"
            and (row["processor_seconds"]["most"] >= MOST_SECONDS or row["peak_bytes"] >= MOST_BYTES)]
    verdict = ("Every export stays under 5 s of processor time and 500 MB." if not slow
               else f"Not under 5 s of processor time and 500 MB: {', '.join(slow)}.")
    yield (
        f"Whole commands over {values['cells']:,} cells on one core, start-up included. Exports and reports take "
        "what records held when they were collected, and look at each record's block only; `collect` reads every "
        f"record in full and makes everything at once. {verdict}",
        ["command", "processor seconds", "seconds", "peak memory, MB"],
        [[row["name"], cell.range(row["processor_seconds"]), cell.range(row["seconds"]), cell.number(row["peak_bytes"], 1e-6, 0)]
         for row in values["rows"]])
