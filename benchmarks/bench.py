"""Measures inertia, beside PyTorch where there is the same work to do, and prints Markdown tables.

    python benchmarks/bench.py .build/release/inertia [--rounds 5] [--steps 100] [--cells 200]

Everything runs one after the other on one thread. The two sides of a comparison take turns, A B A B, so that
a machine that warms up or is shared wrongs neither; a table gives the median of the rounds and their range.
"""

import argparse
import glob
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = ["mlp", "lenet", "resnet8"]

TRIVIAL = """
study: {name}
about: Cells with next to nothing to train, to see what a cell costs beside its training.
dataset: {{name: synthetic, train: 20, test: 20}}
network: {{name: mlp, hidden: []}}
training: {{epochs: 1, batch: 20}}
seeds: [{seeds}]
optimizers:
  - {{name: momentum, learning_rate: 0.01, weight_decay: 0}}
"""

LENET = """
study: memory
about: One cell, to see how much memory a worker takes.
dataset: {name: fashion-mnist, train: 10000, test: 10000}
network: {name: lenet}
training: {epochs: 1, batch: 128}
seeds: [0]
optimizers:
  - {name: adai, learning_rate: 0.3, weight_decay: 5e-4}
"""


def note(text):
    print(text, file=sys.stderr, flush=True)


def spread(values, scale, digits=2):
    """Median and range, scaled."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle * scale:.{digits}f} ({low * scale:.{digits}f}–{high * scale:.{digits}f})"


def seconds_per_step(command):
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(output)["seconds_per_step"]


def steps(inertia, rounds, count):
    print("| network | inertia, ms a step | PyTorch, ms a step | PyTorch / inertia |")
    print("|---|---|---|---|")
    for network in NETWORKS:
        sizes = ["--batch", "128", "--steps", str(count)]
        ours, theirs = [], []
        for turn in range(rounds):
            note(f"{network}: round {turn + 1} of {rounds}")
            ours.append(
                seconds_per_step([inertia, "benchmark", "--network", network, *sizes, "--json"]))
            theirs.append(
                seconds_per_step([sys.executable, HERE / "pytorch_step.py", network, *sizes]))
        ratios = [b / a for a, b in zip(ours, theirs)]
        row = [network, spread(ours, 1e3), spread(theirs, 1e3), spread(ratios, 1)]
        print("| " + " | ".join(row) + " |")


def wall(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def overhead(inertia, rounds, cells):
    """Seconds a cell takes beside its training: how the time of a run grows with its cells, less training."""
    import h5py

    results = []
    for _ in range(rounds):
        walls, training = [], []
        for name, count in [("few", 10), ("many", 10 + cells)]:
            with tempfile.TemporaryDirectory() as folder:
                study = pathlib.Path(folder, f"{name}.yaml")
                seeds = ", ".join(map(str, range(count)))
                study.write_text(TRIVIAL.format(name=name, seeds=seeds))
                walls.append(wall([inertia, "run", study, "--results", folder, "--jobs", "1"]))
                seconds = 0.0
                for path in glob.glob(f"{folder}/cells/*/*.h5"):
                    with h5py.File(path) as record:
                        seconds += float(record["curves/seconds"][()].sum())
                training.append(seconds)
        results.append(((walls[1] - walls[0]) - (training[1] - training[0])) / cells)
    return results


def children(pid):
    """The processes that a process has started and that still run."""
    result = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            result += map(int, pathlib.Path(path).read_text().split())
        except OSError:
            pass  # the thread has ended
    return result


def peak_memory(inertia):
    """The largest peak of a worker's resident memory, in bytes."""
    peak = 0
    with tempfile.TemporaryDirectory() as folder:
        study = pathlib.Path(folder, "memory.yaml")
        study.write_text(LENET)
        process = subprocess.Popen(
            [inertia, "run", study, "--results", folder, "--jobs", "1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done = threading.Event()
        threading.Thread(target=lambda: (process.wait(), done.set())).start()
        while not done.wait(0.02):
            for child in children(process.pid):
                try:
                    status = pathlib.Path(f"/proc/{child}/status").read_text()
                except OSError:
                    continue  # it has ended
                for line in status.splitlines():
                    if line.startswith("VmHWM:"):
                        peak = max(peak, int(line.split()[1]) * 1024)
        if process.returncode != 0:
            raise SystemExit(f"bench: 'inertia run' of one cell ended with {process.returncode}")
    return peak


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def main():
    parser = argparse.ArgumentParser(description="Measure inertia, beside PyTorch.")
    parser.add_argument("inertia")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--cells", type=int, default=200)
    arguments = parser.parse_args()
    inertia = os.path.abspath(arguments.inertia)

    print(f"{processor()}, {os.cpu_count()} cores; one thread, batches of 128 images of 28×28; "
          f"median (range) of {arguments.rounds} rounds.\n")
    steps(inertia, arguments.rounds, arguments.steps)

    print("\n| what | measured |")
    print("|---|---|")
    note("start-up")
    starts = [wall([inertia, "--help"]) for _ in range(20)]
    print(f"| `inertia --help`, ms | {spread(starts, 1e3, 1)} |")
    note("overhead of a cell")
    print(f"| a cell beside its training, ms | "
          f"{spread(overhead(inertia, arguments.rounds, arguments.cells), 1e3)} |")
    note("memory of a worker")
    print(f"| peak memory of a worker (lenet, 10,000 images), MiB | "
          f"{peak_memory(inertia) / 2**20:.0f} |")


if __name__ == "__main__":
    main()
