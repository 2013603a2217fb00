"""Adai at a quadratic saddle of ten directions, all replicas at once, beside NumPy, on one core."""

import json
import pathlib
import resource
import tempfile

from measuring import Failure, note, spread

TITLE = "Replicas of a saddle"
LIMIT = 300
CURVATURES = [-0.5, -0.2, -0.1, -0.05, -0.01, 0.01, 0.05, 0.1, 0.2, 0.5]
BATCH, RATE = 16, 0.01


def study_of(replicas, steps):
    return {
        "study": "bench-saddle", "kind": "saddle",
        "saddle": {"curvatures": CURVATURES, "batch": [BATCH], "times": [steps],
                   "replicas": replicas},
        "seeds": [0], "optimizers": [{"name": "adai", "learning_rate": RATE, "weight_decay": 0}],
    }


def busy():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run_ours(bench, study):
    with tempfile.TemporaryDirectory() as folder:
        start = busy()
        seconds = bench.run_study(study, folder, 1)
        cpu_seconds = busy() - start
        output = bench.run([bench.inertia, "export", "saddle",
                            pathlib.Path(folder, study["study"]), "--format", "json"]).stdout
        rows = {row["curvature"]: row for row in json.loads(output)["rows"]}
        return {"seconds": seconds, "cpu_seconds": cpu_seconds,
                **{key: [rows[h][key] for h in CURVATURES]
                   for key in ("mean_square", "standard_error")}}


def run_peer(bench, form, replicas, steps):
    return json.loads(
        bench.run(bench.peer("saddle", form, replicas, steps, BATCH, RATE, *CURVATURES)).stdout)


def check(ours, peer):
    """The two sides simulate the same thing: they agree within 5 standard errors in each direction."""
    columns = [ours["mean_square"], ours["standard_error"], peer["mean_square"],
               peer["standard_error"]]
    for h, a, a_error, b, b_error in zip(CURVATURES, *columns):
        if not abs(a - b) <= 5 * (a_error**2 + b_error**2) ** 0.5:
            raise Failure(f"along curvature {h} ours is {a} and NumPy's {b}")


def measure(bench):
    replicas, steps = (2000, 50) if bench.quick else (100_000, 1000)
    study = study_of(replicas, steps)
    found = {"inertia": [], "whole": [], "blocks": []}
    for turn in bench.turns(min(3, bench.rounds)):
        note(f"  round {turn}")
        found["inertia"].append(run_ours(bench, study))
        for form in ("whole", "blocks"):
            found[form].append(run_peer(bench, form, replicas, steps))
            check(found["inertia"][-1], found[form][-1])
    rows = []
    for side, runs in found.items():
        ratios = [run["cpu_seconds"] / our["cpu_seconds"]
                  for run, our in zip(runs, found["inertia"])]
        rows.append({"side": side, "seconds": spread([run["seconds"] for run in runs]),
                     "cpu_seconds": spread([run["cpu_seconds"] for run in runs]),
                     "ratio": spread(ratios)})
    return {"replicas": replicas, "steps": steps, "directions": len(CURVATURES), "rows": rows}


NAMES = {"inertia": "inertia", "whole": "NumPy, all replicas in one array",
         "blocks": "NumPy, 1,024 replicas at a time, in place"}


def tables(values, cell):
    yield (
        f"{values['replicas']} replicas × {values['steps']} steps of Adai in {values['directions']} directions, "
        "float64, one core. Ours: the whole program, from the study file to tables and figures. NumPy: the "
        "simulation alone. Both sides' displacements agree within 5 standard errors.",
        ["side", "seconds", "processor seconds", "processor seconds over ours"],
        [[NAMES[row["side"]], cell.range(row["seconds"], 1), cell.range(row["cpu_seconds"], 1),
          cell.range(row["ratio"])] for row in values["rows"]],
    )
