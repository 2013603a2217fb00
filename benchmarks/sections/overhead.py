"""What there is beside training: start-up, what a cell costs beside its steps, a worker's memory."""

import glob
import pathlib
import subprocess
import tempfile
import threading

from measuring import Failure, note, spread

TITLE = "Beside the training"
LIMIT = 120


def trivial(count):
    """Cells with next to nothing to train, to see what a cell costs beside its training."""
    return {
        "study": "bench-trivial", "dataset": {"name": "synthetic", "train": 20, "test": 20},
        "network": {"name": "mlp", "hidden": []}, "training": {"epochs": 1, "batch": 20},
        "seeds": list(range(count)),
        "optimizers": [{"name": "momentum", "learning_rate": [0.01], "weight_decay": [0]}],
    }


def one_cell(bench):
    size = 128 if bench.quick else 10_000
    return {
        "study": "bench-memory",
        "dataset": {"name": "fashion-mnist", "train": size, "test": size},
        "network": {"name": "lenet"}, "training": {"epochs": 1, "batch": 128}, "seeds": [0],
        "optimizers": [{"name": "adai", "learning_rate": [0.3], "weight_decay": [5e-4]}],
    }


def per_cell(bench, cells):
    """Seconds a cell takes beside its training: how a run's time grows with its cells, less training."""
    import h5py

    walls, training = [], []
    for count in (10, 10 + cells):
        with tempfile.TemporaryDirectory() as folder:
            walls.append(bench.run_study(trivial(count), folder, 1))
            seconds = 0.0
            for path in glob.glob(f"{folder}/cells/*/*.h5"):
                with h5py.File(path) as record:
                    seconds += float(record["curves/seconds"][()].sum())
            training.append(seconds)
    return ((walls[1] - walls[0]) - (training[1] - training[0])) / cells


def children(pid):
    """The processes that a process has started and that still run."""
    found = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            found += map(int, pathlib.Path(path).read_text().split())
        except OSError:
            pass  # the thread has ended
    return found


def peak_memory(bench):
    """The largest peak of a worker's resident memory, in bytes."""
    import yaml

    peak = 0
    with tempfile.TemporaryDirectory() as folder:
        study = pathlib.Path(folder, "memory.yaml")
        study.write_text(yaml.safe_dump(one_cell(bench)))
        process = subprocess.Popen(
            [bench.inertia, "run", study, "--results", folder, "--jobs", "1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done = threading.Event()
        threading.Thread(target=lambda: (process.wait(), done.set())).start()
        while not done.wait(0.005):
            for child in children(process.pid):
                try:
                    status = pathlib.Path(f"/proc/{child}/status").read_text()
                except OSError:
                    continue  # it has ended
                for line in status.splitlines():
                    if line.startswith("VmHWM:"):
                        peak = max(peak, int(line.split()[1]) * 1024)
        if process.returncode != 0 or peak == 0:
            raise Failure(f"'inertia run' of one cell ended with {process.returncode}")
    return peak


def measure(bench):
    note("  start-up")
    starts = [bench.wall([bench.inertia, "--help"])[0] for _ in range(3 if bench.quick else 20)]
    note("  a cell beside its training")
    cells = 5 if bench.quick else 200
    costs = [per_cell(bench, cells) for _ in bench.turns()]
    note("  a worker's memory")
    return {"startup_seconds": spread(starts), "seconds_per_cell": spread(costs),
            "peak_memory_bytes": peak_memory(bench)}


def tables(values, cell):
    yield (
        "What training does not account for.",
        ["what", "measured"],
        [["`inertia --help`, ms", cell.range(values["startup_seconds"], 1e3, 1)],
         ["a cell beside its training, ms", cell.range(values["seconds_per_cell"], 1e3)],
         ["peak memory of a worker (lenet, 10,000 training images), MiB",
          cell.number(values["peak_memory_bytes"], 2**-20, 0)]])
