"""How our own times grow: cells an hour with workers; a step with batch, width and image size."""

import tempfile

from measuring import note, spread

TITLE = "Scaling"
LIMIT = 180

BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
WIDTHS = [16, 32, 64, 100, 128, 256, 512, 1000, 1024, 2048]
SIDES = [12, 16, 20, 24, 28, 32, 40, 48, 64]
# What varies, the network, and the options of each value.
SWEEPS = (
    [("batch", network, value, ["--batch", value])
     for network in ("mlp", "lenet", "resnet8") for value in BATCHES]
    + [("hidden width", "mlp", value, ["--hidden", value]) for value in WIDTHS]
    + [("image side", network, value, ["--input", f"1x{value}x{value}"])
       for network in ("lenet", "resnet8") for value in SIDES]
)


def study_of(bench):
    size = 128 if bench.quick else 4000
    return {
        "study": "bench-workers", "about": "Cells to see what more workers bring.",
        "dataset": {"name": "synthetic", "train": size, "test": size // 2},
        "network": {"name": "lenet"}, "training": {"epochs": 1, "batch": 64},
        "seeds": list(range(2 if bench.quick else 6 * bench.cores)),
        "optimizers": [{"name": "adai", "learning_rate": [0.1], "weight_decay": [5e-4]}],
    }


def workers(bench):
    study = study_of(bench)
    counts = sorted({2**k for k in range(10) if 2**k <= bench.cores} | {bench.cores})
    rates = {jobs: [] for jobs in counts}
    for turn in bench.turns(min(3, bench.rounds)):
        for jobs in counts:
            note(f"  round {turn}: {jobs} workers")
            with tempfile.TemporaryDirectory() as folder:
                seconds = bench.run_study(study, folder, jobs)
            rates[jobs].append(3600 * len(study["seeds"]) / seconds)
    return [{"workers": jobs, "cells_per_hour": spread(values),
             "ratio_to_one": spread([b / a for a, b in zip(rates[1], values)])}
            for jobs, values in rates.items()]


def steps(bench):
    rows = []
    sweeps = SWEEPS[::5] if bench.quick else SWEEPS
    peak = bench.ours("machine", "--threads", 1)["flops_per_second"]
    for varied, network, value, options in sweeps:
        if not bench.has_time():
            note("  the section's time is up")
            break
        note(f"  {network}: {varied} {value}")
        batch = [] if varied == "batch" else ["--batch", 128]
        found = bench.ours("steps", "--network", network, *batch, *options, "--warm-up", 2,
                           "--steps", 3 if bench.quick or network == "resnet8" else 10)
        rows.append({
            "varied": varied, "network": network, "value": value,
            "seconds_per_step": found["seconds_per_step"],
            "seconds_per_image": found["seconds_per_step"] / found["batch"],
            "share_of_peak": found["flops_per_step"] / found["seconds_per_step"] / peak})
    return rows


def measure(bench):
    return {"workers": workers(bench), "steps": steps(bench)}


def tables(values, cell):
    yield (
        "Cells of a lenet, one epoch of 4,000 images; everything counted.",
        ["workers", "cells an hour", "times one worker's"],
        [[str(row["workers"]), cell.range(row["cells_per_hour"], 1, 0),
          cell.range(row["ratio_to_one"], 1)] for row in values["workers"]])
    names = dict.fromkeys((row["varied"], row["network"]) for row in values["steps"])
    for varied, network in names:
        rows = [row for row in values["steps"]
                if (row["varied"], row["network"]) == (varied, network)]
        rest = "" if varied == "batch" else ", batches of 128"
        yield (
            f"A step of {network} against {varied}{rest}; one thread.",
            [varied, *(str(row["value"]) for row in rows)],
            [["µs an image", *(cell.number(row["seconds_per_image"], 1e6) for row in rows)],
             ["% of peak", *(cell.number(row["share_of_peak"], 100, 0) for row in rows)]])
