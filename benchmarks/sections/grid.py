"""The quick study's grid, everything counted: start-up, reading images, evaluation, writing results.

Both sides train the same cells, an even choice of the study's: every optimizer, the learning rates and weight
decays in the middle of each part of their lists, the first seed. What is reported is for the whole study: a
side's start-up, until its first cell begins, counts once for all its cells. Ours is not taken apart: all of it
counts for the few cells, which is to our disadvantage.
"""

import json
import pathlib
import tempfile
import time

from measuring import ROOT, note, spread

TITLE = "The quick study's grid"
LIMIT = 480
JUST_TO_SEE = {"train": 256, "test": 200, "epochs": 2, "rates": 1, "decays": 1}
AS_IT_IS = {"rates": 2, "decays": 1}


def even(values, count):
    """`count` of the values, each from the middle of its part of the list."""
    return [values[(2 * part + 1) * len(values) // (2 * count)] for part in range(count)]


def whole_study():
    import yaml

    study = yaml.safe_load((ROOT / "studies" / "quick.yaml").read_text())
    # PyYAML takes 1e-4 for a text.
    for entry in study["optimizers"]:
        for key in ("learning_rate", "weight_decay"):
            entry[key] = [float(value) for value in entry[key]]
    return study


def choose(study, scale):
    """The study of the chosen cells."""
    chosen = {**study, "study": "bench-quick", "seeds": study["seeds"][:1], "optimizers": [
        {**entry, "learning_rate": even(entry["learning_rate"], scale["rates"]),
         "weight_decay": even(entry["weight_decay"], scale["decays"])}
        for entry in study["optimizers"]]}
    chosen["dataset"] = {**study["dataset"], **{k: scale[k] for k in ("train", "test") if k in scale}}
    if "epochs" in scale:
        chosen["training"] = {**study["training"], "epochs": scale["epochs"],
                              "schedule": {**study["training"]["schedule"], "at": [1]}}
    return chosen


def cells(study):
    return [
        {"optimizer": entry["name"], "learning_rate": rate, "weight_decay": decay, "seed": seed}
        for entry in study["optimizers"] for rate in entry["learning_rate"]
        for decay in entry["weight_decay"] for seed in study["seeds"]]


def plan(study, folder):
    """What a peer is told, written to a file; its path."""
    training = study["training"]
    path = pathlib.Path(folder, "plan.json")
    path.write_text(json.dumps({
        "network": study["network"]["name"], "train": study["dataset"]["train"],
        "test": study["dataset"]["test"], "epochs": training["epochs"],
        "batch": training["batch"], "at": training["schedule"]["at"],
        "factor": training["schedule"]["factor"], "folder": str(pathlib.Path(folder, "cells")),
        "cells": cells(study)}))
    return path


def run_peer(bench, study, name, *arguments):
    """Seconds until the first cell began, seconds from then on, and the errors."""
    with tempfile.TemporaryDirectory() as folder:
        path = plan(study, folder)
        start = time.time()
        _, output = bench.wall(bench.peer(name, path, *arguments))
        end = time.time()
        answer = json.loads(output.splitlines()[-1])
        return answer["first_cell_began"] - start, end - answer["first_cell_began"], answer["errors"]


def run_ours(bench, study):
    with tempfile.TemporaryDirectory() as folder:
        seconds = bench.run_study(study, folder, bench.cores)
        return 0.0, seconds, bench.errors(study, folder)


def describe_errors(errors):
    completed = [error for error in errors if error is not None]
    return {"mean_test_error": sum(completed) / max(1, len(completed)),
            "completed": len(completed), "diverged": len(errors) - len(completed)}


def measure(bench):
    whole = whole_study()
    study = choose(whole, JUST_TO_SEE if bench.quick else AS_IT_IS)
    count, everything = len(cells(study)), len(cells(whole))
    sides = {
        "inertia": lambda: run_ours(bench, study),
        "best": lambda: run_peer(bench, study, "grid_best", bench.cores),
        "user": lambda: run_peer(bench, study, "grid_user"),
    }
    rates, startups, errors = ({side: [] for side in sides} for _ in range(3))
    for turn in bench.turns(min(3, bench.rounds)):
        for side, run in sides.items():
            note(f"  round {turn}: {count} cells, {side}")
            startup, seconds, found = run()
            startups[side].append(startup)
            rates[side].append(3600 / (startup / everything + seconds / count))
            errors[side] = describe_errors(found)
    return {
        "cells": count, "of": everything, "dataset": study["dataset"],
        "epochs": study["training"]["epochs"], "batch": study["training"]["batch"],
        "network": study["network"]["name"], "workers": bench.cores,
        "rows": [
            {"side": side, "cells_per_hour": spread(rates[side]),
             "startup_seconds": spread(startups[side]), **errors[side],
             "ratio": spread([a / b for a, b in zip(rates["inertia"], rates[side])])}
            for side in sides],
    }


NAMES = {
    "inertia": "inertia, a worker a core",
    "best": "PyTorch, the best we could do: images in memory, channels last, fused optimizers and "
            "vectorised Adai, a process a core",
    "user": "PyTorch as one writes it: `DataLoader`, `torch.optim` and loop-form Adai, its own number of "
            "threads",
}


def tables(values, cell):
    data = values["dataset"]
    yield (
        f"{values['cells']} of the {values['of']} cells of `studies/quick.yaml`, the same on both sides: "
        f"{values['network']}, {data['train']} training and {data['test']} test images, "
        f"{values['epochs']} epochs in batches of {values['batch']}, an evaluation after each. Everything "
        "counts: start-up, reading images, evaluation, writing results. A ratio is of the rounds.",
        ["side", "cells an hour", "inertia is faster by", "mean test error, %", "diverged"],
        [[NAMES[row["side"]], cell.range(row["cells_per_hour"], 1, 0),
          "" if row["side"] == "inertia" else cell.range(row["ratio"], 1),
          cell.number(row["mean_test_error"], 100), str(row["diverged"])]
         for row in values["rows"]],
    )
