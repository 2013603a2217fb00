"""Has a Slurm cluster of this machine's own processes run studies, and sees that they give the bits of a local run.

    python3 Tests/Slurm/slurm.py .build/release/inertia
    python3 Tests/Slurm/slurm.py .build/release/inertia --only limits

Parts: array (100 cells on two nodes, of which one dies; tasks preempted, queued again, terminated), limits (tasks of
one minute, cells of three), scale (1,000 trivial cells over 8 tasks: what a cell costs, with every call to the file
system counted by strace). Needs slurm-wlm, munge and strace.
"""

import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from cluster import Cluster, await_that

PARTS = ["array", "limits", "scale"]

STUDY = """
study: {name}
dataset: {{name: synthetic, train: {train}, test: 500}}
network: {{name: mlp, hidden: [{hidden}]}}
training: {{epochs: {epochs}, batch: 50}}
seeds: {seeds}
optimizers:
  - {{name: momentum, learning_rate: [0.01, 0.1], weight_decay: 0}}
record: {{weights: final}}
"""


class Wrong(Exception):
    pass


class Study:
    """A study in two results folders: one for the cluster, one for a local run."""

    def __init__(self, inertia, cluster, name, **values):
        self.inertia, self.cluster, self.name = inertia, cluster, name
        self.folder = cluster.folder / name
        self.folder.mkdir()
        self.file = self.folder / f"{name}.yaml"
        self.file.write_text(STUDY.format(name=name, **values))
        self.results, self.local = self.folder / "results", self.folder / "local"

    def inertia_(self, *arguments):
        return self.cluster.call(str(self.inertia), *map(str, arguments))

    def run_locally(self):
        begin = time.monotonic()
        self.cluster.call(str(self.inertia), "run", str(self.file), "--results", str(self.local), timeout=3600)
        return time.monotonic() - begin

    def submit(self, *options):
        self.inertia_("submit", self.file, "--results", self.results, *options)
        return self.jobs()

    def jobs(self):
        newest = max((self.results / self.name / "slurm").iterdir(), key=lambda path: int(path.name))
        return json.loads((newest / "jobs.json").read_text())

    def records(self, results=None):
        return len(list(((results or self.results) / "cells").glob("??/*.h5")))

    def collected(self):
        """Whether the job that collects has ended."""
        state = self.cluster.tasks().get(self.jobs()["collecting"], ("GONE", ""))[0]
        if state in ("FAILED", "CANCELLED", "NODE_FAIL", "TIMEOUT"):
            raise Wrong(f"the job that collects ended as {state}")
        return state in ("COMPLETED", "GONE") and (self.results / self.name / "report.html").exists()

    def digests(self, results=None):
        return ((results or self.results) / self.name / "digests.txt").read_text()

    def check(self):
        if self.digests() != self.digests(self.local):
            raise Wrong(f"{self.name}: the cluster's digests are not those of the local run")
        self.inertia_("verify", self.results / self.name)
        left = [path.name for path in (self.results / "work").iterdir()]
        if left:
            raise Wrong(f"{self.name}: left in results/work: {', '.join(left)}")

    def logs(self):
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}"
                         for path in sorted((self.results / self.name / "slurm").glob("*/*.log")))


def say(text):
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


def array(inertia, cluster):
    """A study of 100 cells through preemption, requeueing, a terminated task and a dead node."""
    study = Study(inertia, cluster, "array", train=2000, hidden=128, epochs=20, seeds=list(range(50)))
    local = study.run_locally()
    begin = time.monotonic()
    jobs = study.submit("--time", "30", "--array-tasks", "8", "--checkpoint-every", "1")
    if [each["tasks"] for each in jobs["arrays"]] != [6, 2]:
        raise Wrong(f"eight tasks were not split at the cluster's largest array: {jobs}")
    await_that(lambda: study.records() >= 5 and len(cluster.running()) >= 6, 120, "the tasks train")
    say(f"  running: {', '.join(cluster.running())}")

    cluster.fail("node2")
    say("  node2 died")
    await_that(lambda: len(cluster.running("node1")) >= 2, 60, "two tasks train on node1")
    running = cluster.running("node1")
    cluster.call("scontrol", "requeue", running[0])
    cluster.call("scancel", "--batch", "--full", "--signal=TERM", running[1])
    say(f"  {running[0]} was queued again, {running[1]} terminated")
    before = study.records()
    cluster.call("sbatch", "--partition=urgent", "--nodelist=node1", "--exclusive", "--wrap=sleep 5",
                 "--output=/dev/null", "--time=5")
    await_that(lambda: not cluster.running("node1"), 60, "the others were preempted")
    say(f"  the others were preempted by a job of a higher priority; {before} cells were done")
    await_that(lambda: cluster.node_states()["node2"].startswith("down"), 120, "Slurm sees that node2 is down")
    print(study.inertia_("status", study.file, "--results", study.results), file=sys.stderr)
    cluster.begin_node("node2")
    await_that(study.collected, 900, "all is collected")
    study.check()
    if not 5 <= before < 100:
        raise Wrong(f"{before} of 100 cells were done when the last task was preempted: nothing was disturbed")
    return {"cells": 100, "tasks": 8, "done when all tasks had been ended": before,
            "seconds": round(time.monotonic() - begin, 1), "seconds of the local run": round(local, 1)}


def limits(inertia, cluster):
    """Cells of three minutes in tasks of one."""
    trial = Study(inertia, cluster, "trial", train=10000, hidden=256, epochs=40, seeds=[0])
    trial.run_locally()
    epochs = round(40 * 200 / seconds_of_a_cell(trial))
    study = Study(inertia, cluster, "limits", train=10000, hidden=256, epochs=epochs, seeds=[0])
    study.run_locally()
    begin = time.monotonic()
    study.submit("--time", "1", "--array-tasks", "2")
    say(f"  {epochs} epochs a cell, {seconds_of_a_cell(study):.0f} s in the local run")
    await_that(study.collected, 3600, "all is collected")
    study.check()
    # Whole logs: what Slurm says of a task that it had to end stands at the end of one part of a log of several.
    log = "\n".join(path.read_text(errors="replace")
                    for path in (study.results / study.name / "slurm").glob("*/*.log"))
    ended = len(re.findall("DUE TO TIME LIMIT", log))
    stopped = len(re.findall("for want of time", log))
    if ended or not stopped:
        raise Wrong(f"of the tasks, {stopped} stopped for want of time, and Slurm had to end {ended}")
    return {"cells": 2, "seconds of a cell alone": round(seconds_of_a_cell(study), 1),
            "times that a task stopped for want of time": stopped, "times that Slurm had to end a task": ended,
            "seconds": round(time.monotonic() - begin, 1)}


def seconds_of_a_cell(study):
    """The most a cell of the local run took."""
    ids = [line.split()[0] for line in study.digests(study.local).splitlines()]
    shown = [study.inertia_("show", study.local / study.name, each) for each in ids]
    return max(float(re.search(r"^seconds +([\d.]+)$", text, flags=re.M)[1]) for text in shown)


# A program that a task runs instead of ours: ours, with each of its calls that name a file written down, a file a thread.
COUNTING = """#!/bin/sh
if [ "$1" = run ]; then
  exec strace -ff -qq --seccomp-bpf -e trace=%file,fsync,fdatasync,link -o "{folder}/calls.$$" "{inertia}" "$@"
fi
exec "{inertia}" "$@"
"""


def scale(inertia, cluster):
    """1,000 cells of milliseconds over 8 tasks."""
    values = {"train": 64, "hidden": 4, "epochs": 1, "seeds": list(range(500))}
    study = Study(inertia, cluster, "scale", **values)
    local = study.run_locally()
    begin = time.monotonic()
    study.submit("--time", "30", "--array-tasks", "8")
    await_that(lambda: study.records() == 1000, 900, "all cells are done")
    seconds = time.monotonic() - begin
    await_that(study.collected, 300, "all is collected")
    study.check()

    alone, _ = counted(inertia, cluster, values, tasks=1)
    shared, published = counted(inertia, cluster, values, tasks=8)
    twice = [name for name, times in published.items() if times != 1]
    if len(published) != 1000 or twice:
        raise Wrong(f"{len(published)} records were published; more than once: {twice[:3]}")
    return {"cells": 1000, "tasks": 8, "seconds": round(seconds, 1), "seconds of a local run with 2 workers": round(local, 1),
            "records published": len(published), "published more than once": len(twice),
            "calls in the results folder for a cell, one task": alone, "of eight tasks": shared}


def counted(inertia, cluster, values, tasks):
    """The calls to the file system for a cell of a study that so many tasks share, and which records were published."""
    study = Study(inertia, cluster, f"counted-{tasks}", **values)
    study.run_locally()
    program = study.folder / "counting"
    program.write_text(COUNTING.format(folder=study.folder, inertia=inertia))
    program.chmod(0o755)
    study.submit("--time", "30", "--array-tasks", str(tasks), "--program", program)
    await_that(study.collected, 900, "all is collected")
    study.check()
    calls, published = count_calls(study.folder, study.results)
    return {name: round(count / 1000, 2) for name, count in calls.most_common()}, published


def count_calls(folder, results):
    """How often each call named a path of the results folder, and how often each record was published."""
    calls, published = collections.Counter(), collections.Counter()
    for trace in folder.glob("calls.*"):
        for line in trace.read_text(errors="replace").splitlines():
            match = re.match(r"(\w+)\((.*)", line)
            if not match:
                continue
            name, rest = match.groups()
            if name in ("fsync", "fdatasync") or f'"{results}' in rest:
                calls[name] += 1
            linked = re.search(r'"[^"]*/cells/../(\w+)\.h5"(?:, 0)?\)\s+= 0', rest)
            if name in ("link", "linkat") and linked:
                published[linked[1]] += 1
    return calls, published


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("inertia", type=pathlib.Path)
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--output", type=pathlib.Path, help="where the figures go, as JSON")
    arguments = parser.parse_args()
    parts = arguments.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part '{unknown.pop()}'; there are: {', '.join(PARTS)}")
    figures = {}
    with Cluster() as cluster:
        for part in parts:
            say(part)
            try:
                figures[part] = globals()[part](arguments.inertia.resolve(), cluster)
            except Exception:
                for study in (cluster.folder / part, *cluster.folder.glob("counted-*")):
                    for log in sorted(study.glob("results/*/slurm/*/*.log")):
                        print(f"--- {log}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
                print(cluster.logs(), cluster.tasks(), sep="\n", file=sys.stderr)
                raise
            say(f"  {json.dumps(figures[part])}")
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.output:
        arguments.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
