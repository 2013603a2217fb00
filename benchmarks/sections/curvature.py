"""The largest eigenvalues of a LeNet's Hessian beside Lanczos over PyTorch's double backward products, on one thread."""

import json
import pathlib
import tempfile

from measuring import Failure, note, spread

TITLE = "Eigenvalues of a Hessian"
LIMIT = 1200
# Peers: the precision of products, what residuals may be, and how far eigenvalues may lie from ours, relative to the
# largest. In float64 both sides' residuals bound that.
PEERS = {"float64": (1e-6, 1e-5), "float32": (1e-3, 1e-2)}


def study_of(images):
    return {
        "study": "bench-curvature",
        "dataset": {"name": "fashion-mnist", "train": max(1000, images), "test": 100},
        "network": {"name": "lenet"}, "training": {"epochs": 2, "batch": 128}, "seeds": [0],
        "optimizers": [{"name": "momentum", "learning_rate": 0.05, "weight_decay": 0}],
        "record": {"weights": "final"},
    }


def run_ours(bench, folder, images, top):
    for path in pathlib.Path(folder, "measurements").rglob("*.h5"):
        path.unlink()
    seconds, output = bench.wall(
        [bench.inertia, "measure", pathlib.Path(folder, "bench-curvature"), "--top", top, "--samples", images,
         "--threads", 1])
    return {"seconds": seconds, "eigenvalues": [float(word) for word in output.split()[1:]]}


def check(ours, peer, precision):
    most = PEERS[precision][1] * ours["eigenvalues"][0]
    for rank, (a, b) in enumerate(zip(ours["eigenvalues"], peer["eigenvalues"], strict=True), 1):
        if not abs(a - b) <= most:
            raise Failure(f"eigenvalue {rank} is {a} by ours and {b} by PyTorch in {precision}")


def measure(bench):
    images, top = (100, 5) if bench.quick else (1000, 50)
    sides = {"inertia": [], **{precision: [] for precision in PEERS}}
    with tempfile.TemporaryDirectory() as folder:
        bench.run_study(study_of(images), folder, 1)
        (record,) = pathlib.Path(folder, "cells").rglob("*.h5")
        for turn in bench.turns(min(3, bench.rounds)):
            note(f"  round {turn}")
            sides["inertia"].append(run_ours(bench, folder, images, top))
            for precision, (tolerance, _) in PEERS.items():
                answer = bench.run(bench.peer("spectrum", record, images, top, precision, tolerance)).stdout
                sides[precision].append(json.loads(answer))
                check(sides["inertia"][-1], sides[precision][-1], precision)
    rows = []
    for side, runs in sides.items():
        ratios = [run["seconds"] / our["seconds"] for run, our in zip(runs, sides["inertia"])]
        rows.append({"side": side, "seconds": spread([run["seconds"] for run in runs]), "ratio": spread(ratios),
                     "products": runs[0].get("products"), "batch": runs[0].get("batch")})
    return {"images": images, "top": top, "rows": rows}


NAMES = {"inertia": "inertia, float64, residuals of 10⁻⁶", "float64": "PyTorch, float64, residuals of 10⁻⁶",
         "float32": "PyTorch, float32, residuals of 10⁻³"}


def tables(values, cell):
    yield (
        f"The {values['top']} largest eigenvalues of a trained LeNet's Hessian over {values['images']} images of "
        "Fashion-MNIST, on one thread. Ours: the whole command, with start, reading and keeping the result. PyTorch: "
        "Lanczos with full reorthogonalisation over products by double backward, in the fastest of three batches, without "
        "starting Python. In float64 eigenvalues agree within 10⁻⁵ of the largest, in float32 within 10⁻².",
        ["side", "seconds", "seconds over ours", "products", "batch"],
        [[NAMES[row["side"]], cell.range(row["seconds"], 1), cell.range(row["ratio"]), row["products"] or "–", row["batch"] or "–"]
         for row in values["rows"]],
    )
