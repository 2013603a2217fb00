"""Measures inertia beside PyTorch and NumPy, and writes the results as JSON and as Markdown.

    python benchmarks/bench.py .build/release/inertia
    python benchmarks/bench.py .build/release/inertia --only steps,grid --rounds 7
    python benchmarks/bench.py .build/release/inertia --quick --output /tmp/bench

Sections: machine, steps, grid, cells, scaling, optimizers, diffusion, curvature, spectrum, overhead, durability, exports. Each replaces its part of
OUTPUT/bench.json, from which OUTPUT/bench.md and the tables in docs/benchmarks.md are made. --quick goes
through everything with as little work as it can, to see that it works: its numbers mean nothing, so it needs
an --output of its own and leaves the documentation alone.
"""

import argparse
import importlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import time
from importlib.metadata import version

import report
from measuring import ROOT, Bench, Failure, note

SECTIONS = ["machine", "steps", "grid", "cells", "scaling", "optimizers", "diffusion", "curvature", "spectrum",
            "overhead", "durability", "exports"]
RESULTS = ROOT / "benchmarks" / "results"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def revision():
    """The source's revision, if this is a checkout."""
    result = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True,
                            capture_output=True)
    return result.stdout.strip() or None


def parse():
    parser = argparse.ArgumentParser(description="Measure inertia beside PyTorch.")
    parser.add_argument("inertia", type=pathlib.Path, help="the built program")
    parser.add_argument("--only", help=f"some of {','.join(SECTIONS)}")
    parser.add_argument("--rounds", type=int, default=5, help="turns of the two sides")
    parser.add_argument("--quick", action="store_true", help="see that it works; measure nothing")
    parser.add_argument("--output", type=pathlib.Path, help="default: benchmarks/results")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else SECTIONS
    for name in names:
        if name not in SECTIONS:
            parser.error(f"there is no section '{name}'; there are: {', '.join(SECTIONS)}")
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    if arguments.quick and not arguments.output:
        parser.error("--quick needs an --output of its own")
    if not arguments.inertia.exists():
        parser.error(f"there is no {arguments.inertia}: build it first")
    return arguments, [name for name in SECTIONS if name in names]


def main():
    arguments, names = parse()
    cores = len(os.sched_getaffinity(0))
    bench = Bench(arguments.inertia.resolve(), 1 if arguments.quick else arguments.rounds,
                  arguments.quick, cores)
    output = arguments.output or RESULTS
    output.mkdir(parents=True, exist_ok=True)
    path = output / "bench.json"
    results = json.loads(path.read_text()) if path.exists() else {}
    machine = {"processor": processor(), "cores": cores, "torch": version("torch"),
               "python": platform.python_version(), "inertia": revision()}
    load = os.getloadavg()[0]
    if load > 0.5:
        note(f"the machine is busy (load {load:.1f}); the numbers will say little")
    failed = []
    for name in names:
        section = importlib.import_module(f"sections.{name}")
        note(f"{name}: at most some {section.LIMIT // 60} minutes")
        bench.start_section(section.LIMIT)
        begun = time.time()
        try:
            values = section.measure(bench)
        except Failure as failure:
            note(f"{name} failed: {failure}")
            failed.append(name)
            continue
        results[name] = {
            "when": time.strftime("%Y-%m-%d", time.gmtime(begun)), "machine": machine,
            "load_before": round(load, 2), "took_seconds": round(time.time() - begun),
            "values": values,
        }
        path.write_text(json.dumps(results, indent=1) + "\n")
        note(f"{name} took {time.time() - begun:.0f} s")
    text = report.markdown(results, SECTIONS)
    (output / "bench.md").write_text(text)
    if not arguments.quick and output == RESULTS:
        report.insert(text, ROOT / "docs" / "benchmarks.md")
    print(text)
    if failed:
        sys.exit(f"bench: these sections failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
