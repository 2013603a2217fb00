"""The largest eigenvalues of a LeNet's Hessian beside PyTorch's double backward products, on one thread."""

import json
import pathlib
import tempfile

import h5py
from measuring import Failure, note, spread

TITLE = "Eigenvalues of a Hessian"
LIMIT = 1800
# Lanczos over PyTorch: the precision of products, what residuals may be, and how far eigenvalues may lie from ours, relative
# to the largest. In float64 both sides' residuals bound that.
LANCZOS = {"float64": (1e-6, 1e-5), "float32": (1e-3, 1e-2)}
# PyHessian's power iteration is stopped after so many times the seconds that ours took.
PATIENCE = 3


def study_of(images):
    return {
        "study": "bench-curvature",
        "dataset": {"name": "fashion-mnist", "train": images, "test": 100},
        "network": {"name": "lenet"}, "training": {"epochs": 2, "batch": 128}, "seeds": [0],
        "optimizers": [{"name": "momentum", "learning_rate": 0.05, "weight_decay": 0}],
        "record": {"weights": "final"},
    }


def run_ours(bench, folder, images, top, limit=LIMIT):
    for path in pathlib.Path(folder, "measurements").rglob("*.h5"):
        path.unlink()
    seconds, output = bench.wall(
        [bench.inertia, "measure", pathlib.Path(folder, "bench-curvature"), "--top", top, "--samples", images,
         "--threads", 1], limit)
    (path,) = pathlib.Path(folder, "measurements").rglob("*.h5")
    with h5py.File(path) as file:
        (group,) = file["measurements"].values()
        products = int(group["steps"][()].item())
    return {"seconds": seconds, "products": products, "eigenvalues": [float(word) for word in output.split()[1:]]}


def check(ours, peer, precision):
    most = LANCZOS[precision][1] * ours["eigenvalues"][0]
    for rank, (a, b) in enumerate(zip(ours["eigenvalues"], peer["eigenvalues"], strict=True), 1):
        if not abs(a - b) <= most:
            raise Failure(f"eigenvalue {rank} is {a} by ours and {b} by PyTorch in {precision}")


def measure(bench):
    few, many = (100, 200) if bench.quick else (1000, 10_000)
    top, products = (5, 1) if bench.quick else (50, 5)
    whole = {"inertia": [], **{precision: [] for precision in LANCZOS}, "power": []}
    single = {"inertia": [], **{precision: [] for precision in LANCZOS}}
    with tempfile.TemporaryDirectory() as folder:
        bench.run_study(study_of(max(1000, many)), folder, 1)
        (record,) = pathlib.Path(folder, "cells").rglob("*.h5")

        def peer(images, *arguments):
            return json.loads(bench.run(bench.peer("spectrum", record, images, *arguments)).stdout)

        for turn in bench.turns(min(3, bench.rounds)):
            note(f"  round {turn}")
            ours = run_ours(bench, folder, few, top)
            whole["inertia"].append(ours)
            for precision, (tolerance, _) in LANCZOS.items():
                whole[precision].append(peer(few, precision, "lanczos", top, tolerance))
                check(ours, whole[precision][-1], precision)
            whole["power"].append(peer(few, "float32", "power", top, PATIENCE * ours["seconds"]))
            single["inertia"].append(run_ours(bench, folder, many, 1))
            for precision in LANCZOS:
                single[precision].append(peer(many, precision, "products", products))
    return {"images": few, "top": top, "rows": rows(whole), "many": many,
            "products": rows({side: [{**run, "seconds": run["seconds"] / run["products"]} for run in runs]
                              for side, runs in single.items()})}


def rows(sides):
    found = []
    for side, runs in sides.items():
        ratios = [run["seconds"] / our["seconds"] for run, our in zip(runs, sides["inertia"])]
        found.append({"side": side, "seconds": spread([run["seconds"] for run in runs]), "ratio": spread(ratios),
                      "products": runs[0]["products"], "found": min(len(run["eigenvalues"]) for run in runs),
                      "batch": runs[0].get("batch")})
    return found


NAMES = {"inertia": "inertia: Lanczos, float64, residuals of 10⁻⁶",
         "float64": "PyTorch, Lanczos, float64, residuals of 10⁻⁶",
         "float32": "PyTorch, Lanczos, float32, residuals of 10⁻³",
         "power": "PyTorch, float32, power iteration as PyHessian's"}


def tables(values, cell):
    yield (
        f"The {values['top']} largest eigenvalues of a trained LeNet's Hessian over {values['images']} images of "
        "Fashion-MNIST, on one thread. Ours: the whole command, with start, reading and keeping the result. PyTorch: products "
        "by double backward, in the fastest of three batches, without starting Python. In float64 eigenvalues agree within 10⁻⁵ of "
        f"the largest, in float32 within 10⁻². PyHessian's way was stopped after {PATIENCE} times our seconds, with as many "
        "eigenvalues as it had found.",
        ["side", "eigenvalues", "products", "seconds", "seconds over ours", "batch"],
        [[NAMES[row["side"]], row["found"], row["products"], cell.range(row["seconds"], 1), cell.range(row["ratio"]),
          row["batch"] or "–"] for row in values["rows"]],
    )
    yield (
        f"One product with the Hessian over {values['many']:,} images. Ours: a whole command that takes so many products, over "
        "their number.",
        ["side", "products timed", "seconds a product", "over ours", "batch"],
        [[NAMES[row["side"]].partition(",")[0].partition(":")[0] + f", {'float32' if row['side'] == 'float32' else 'float64'}",
          row["products"], cell.range(row["seconds"], 2), cell.range(row["ratio"]), row["batch"] or "–"]
         for row in values["products"]],
    )
