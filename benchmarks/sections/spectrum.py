"""The 50 largest eigenvalues of a LeNet's Hessian over 10,000 images, beside PyHessian's way, on one thread. Once, for it is slow."""

import json
import pathlib
import tempfile

from sections.curvature import NAMES, rows, run_ours, study_of

TITLE = "A large Hessian's eigenvalues"
LIMIT = 5400
# PyHessian's power iteration is stopped after so many times the seconds that ours took.
PATIENCE = 2


def measure(bench):
    images, top = (200, 5) if bench.quick else (10_000, 50)
    with tempfile.TemporaryDirectory() as folder:
        bench.run_study(study_of(max(1000, images)), folder, 1)
        (record,) = pathlib.Path(folder, "cells").rglob("*.h5")
        ours = run_ours(bench, folder, images, top, LIMIT)
        patience = PATIENCE * ours["seconds"]
        peer = bench.peer("spectrum", record, images, "float32", "power", top, patience)
        # It looks at its clock before each product, and chooses its batch before the first.
        power = json.loads(bench.run(peer, 1.2 * patience + 120).stdout)
    return {"images": images, "top": top, "rows": rows({"inertia": [ours], "power": [power]})}


def tables(values, cell):
    yield (
        f"The {values['top']} largest eigenvalues of a trained LeNet's Hessian over {values['images']:,} images of "
        "Fashion-MNIST, on one thread, measured once. Ours: the whole command, with start, reading and keeping the result. "
        f"PyHessian's way was stopped after {PATIENCE} times our seconds, with as many eigenvalues as it had found.",
        ["side", "eigenvalues", "products", "seconds", "seconds over ours", "batch"],
        [[NAMES[row["side"]], row["found"], row["products"], cell.range(row["seconds"], 1), cell.range(row["ratio"]),
          row["batch"] or "–"] for row in values["rows"]],
    )
