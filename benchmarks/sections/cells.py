"""A grid of 64 small cells beside `torch.func.vmap` over all of them, on one thread and on all."""

import json
import pathlib
import tempfile
import time

from measuring import note, spread
from sections.grid import cells, describe_errors, plan

TITLE = "64 small cells beside vmap"
LIMIT = 150
HIDDEN = [32]


def study_of(bench):
    small = bench.quick
    return {
        "study": "bench-cells", "about": "64 small networks.",
        "dataset": {"name": "fashion-mnist", "train": 200 if small else 8000,
                    "test": 100 if small else 2000},
        "network": {"name": "mlp", "hidden": HIDDEN},
        "training": {"epochs": 2, "batch": 128},
        "seeds": list(range(8)),
        "optimizers": [{"name": "momentum", "weight_decay": [5e-4], "learning_rate": [
            0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]}],
    }


def run_peer(bench, study, threads):
    with tempfile.TemporaryDirectory() as folder:
        training = {**study["training"], "schedule": {"at": [], "factor": 1}}
        path = plan({**study, "training": training}, folder)
        content = json.loads(path.read_text())
        pathlib.Path(path).write_text(json.dumps({**content, "hidden": HIDDEN}))
        start = time.time()
        _, output = bench.wall(bench.peer("cells_vmap", path, threads))
        end = time.time()
        answer = json.loads(output.splitlines()[-1])
        return end - start, end - answer["first_cell_began"], answer["errors"]


def run_ours(bench, study, jobs):
    with tempfile.TemporaryDirectory() as folder:
        seconds = bench.run_study(study, folder, jobs)
        return seconds, seconds, bench.errors(study, folder)


def measure(bench):
    study = study_of(bench)
    rows = []
    for threads in sorted({1, bench.cores}):
        found = {"inertia": [], "vmap": []}
        for turn in bench.turns(min(3, bench.rounds)):
            note(f"  {threads} threads: round {turn}")
            found["inertia"].append(run_ours(bench, study, threads))
            found["vmap"].append(run_peer(bench, study, threads))
        for side, runs in found.items():
            rows.append({
                "side": side, "threads": threads,
                "seconds": spread([run[0] for run in runs]),
                "seconds_from_first_cell": spread([run[1] for run in runs]),
                **describe_errors(runs[-1][2])})
    return {"cells": len(cells(study)), "dataset": study["dataset"], "hidden": HIDDEN,
            "epochs": study["training"]["epochs"], "batch": study["training"]["batch"],
            "rows": rows}


def tables(values, cell):
    data = values["dataset"]
    yield (
        f"{values['cells']} cells of an mlp 784-{values['hidden'][0]}-10 under momentum: 8 learning rates × 8 "
        f"seeds, {data['train']} training and {data['test']} test images, {values['epochs']} epochs in "
        f"batches of {values['batch']}. Ours: a process a core, everything counted. vmap: all cells as one "
        "computation; its second column leaves out importing PyTorch and reading images.",
        ["side", "threads", "seconds", "seconds from the first cell on", "mean test error, %"],
        [[row["side"], str(row["threads"]), cell.range(row["seconds"], 1),
          "" if row["side"] == "inertia" else cell.range(row["seconds_from_first_cell"], 1),
          cell.number(row["mean_test_error"], 100)] for row in values["rows"]],
    )
