"""What keeping results safe costs: synchronizing, status of a large study, memory over a long run."""

import os
import pathlib
import re
import subprocess
import tempfile
import time

from measuring import Failure, note, spread

TITLE = "Durability and large studies"
LIMIT = 900


def trivial(name, count):
    """Cells with next to nothing to train."""
    return {
        "study": name, "dataset": {"name": "synthetic", "train": 20, "test": 20},
        "network": {"name": "mlp", "hidden": []}, "training": {"epochs": 1, "batch": 20},
        "seeds": list(range(count)),
        "optimizers": [{"name": "momentum", "learning_rate": [0.01], "weight_decay": [0]}],
        "record": {"weights": "none"},
    }


def seconds_per_cell(bench, count, parent):
    """Seconds a cell more takes on the file system of `parent`."""
    walls = []
    for cells in (10, 10 + count):
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            walls.append(bench.run_study(trivial("bench-durable", cells), folder, 1))
    return (walls[1] - walls[0]) / count


def resident(pid):
    """A process's resident memory in bytes; 0 once it has ended."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def long_run(bench, count, folder):
    """A run of many trivial cells: cells a second while it trains, and the runner's memory early on and later."""
    import yaml

    study = pathlib.Path(folder, "study.yaml")
    study.write_text(yaml.safe_dump(trivial("bench-many", count)))
    begin = time.monotonic()
    process = subprocess.Popen(
        [bench.inertia, "run", study, "--results", folder, "--jobs", str(bench.cores)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    # A line comes every two seconds.
    seen = []
    for line in process.stderr:
        if said := re.match(r"bench-many: (\d+) of ", line):
            seen.append((time.monotonic(), int(said[1]), resident(process.pid)))
    process.wait()
    seconds = time.monotonic() - begin
    if process.returncode != 0 or len(seen) < 2:
        raise Failure(f"a run of {count} cells ended with {process.returncode}")
    (first, before, _), (last, after, _) = seen[0], seen[-1]
    early = [memory for _, done, memory in seen if done <= count / 5]
    late = [memory for _, done, memory in seen if done > count / 5]
    return {"cells": count, "cells_a_second": (after - before) / (last - first),
            "with_tables_seconds": seconds, "memory_first_fifth_bytes": max(early),
            "memory_later_bytes": max(late or early)}


def measure(bench):
    cells = 5 if bench.quick else 200
    note("  synchronizing")
    disk = [seconds_per_cell(bench, cells, None) for _ in bench.turns()]
    memory = None
    if os.access("/dev/shm", os.W_OK):
        memory = [seconds_per_cell(bench, cells, "/dev/shm") for _ in bench.turns()]
    note("  a long run")
    with tempfile.TemporaryDirectory() as folder:
        run = long_run(bench, 100 if bench.quick else 10_000, folder)
        note("  its status")
        command = [bench.inertia, "status", pathlib.Path(folder, "study.yaml"), "--results", folder]
        status = [bench.wall(command)[0] for _ in range(1 if bench.quick else 5)]
    return {"on_disk_seconds": spread(disk), "in_memory_seconds": memory and spread(memory),
            "run": run, "status_seconds": spread(status)}


def tables(values, cell):
    run = values["run"]
    yield (
        "A cell with next to nothing to train, one worker; in memory, synchronizing costs nothing.",
        ["results are kept", "ms a cell"],
        [["on disk", cell.range(values["on_disk_seconds"], 1e3)],
         ["in memory (/dev/shm)", cell.range(values["in_memory_seconds"], 1e3)]])
    yield (
        f"A study of {run['cells']:,} such cells, a worker on each core.",
        ["what", "measured"],
        [["cells a second", cell.number(run["cells_a_second"], 1, 0)],
         ["with tables and figures, s", cell.number(run["with_tables_seconds"], 1, 1)],
         ["the runner's memory over the first fifth of it, MiB",
          cell.number(run["memory_first_fifth_bytes"], 2**-20, 1)],
         ["at most after that, MiB", cell.number(run["memory_later_bytes"], 2**-20, 1)],
         ["`inertia status` of it, s", cell.range(values["status_seconds"])]])
