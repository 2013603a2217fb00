"""Makes trajectories.json: 200 steps of every optimizer on random gradients, in float64 and float32.

    python Tests/OptimizersTests/Golden/make_golden.py

The optimizers are those of `Tests/Interop/references.py`: torch.optim's, pytorch_optimizer's or written-out equations.

    {"torch": version,
     "steps": [20, 40, ...],
     "cases": [{"name": optimizer, "values": {hyperparameter: value},
                "float64": [[parameters after each of the steps]], "float32": [[...]]}]}

The parameters are four tensors of 12, 5, 1 and 10 elements, one after the other. Element k of the gradient
of step t (from 1) is (2u - 1) times 1, 1/8, 1/64 or 1/2 by tensor, where u is number k of the uniform numbers
of the stream with seed 0, purpose synthetic and index t; except that element 13 is always 0 and element 14 is
0 before step 51. The initial parameters are 2u - 1 with index 0. The schedule's multiplier of the learning
rate is t/10 up to step 10, then 1 up to step 80, 0.1 up to step 160 and 0.01 to the end.
"""

import json
import pathlib
import sys

import torch

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1] / "Interop"))

from references import reference  # noqa: E402
from streams import RandomStream  # noqa: E402

SIZES, SCALES, STEPS, KEEP = [12, 5, 1, 10], [1, 1 / 8, 1 / 64, 1 / 2], 200, 20

CASES = [
    ("sgd", {"learning_rate": 0.1, "weight_decay": 0.01}),
    ("momentum", {"learning_rate": 0.05, "weight_decay": 0.01}),
    ("momentum", {"learning_rate": 0.2, "weight_decay": 0.1, "momentum": 0.5}),
    ("momentum", {"learning_rate": 0.2, "weight_decay": 0.01, "dampening": 0.9}),
    ("nesterov", {"learning_rate": 0.05, "weight_decay": 0.01}),
    ("adam", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("adam", {"learning_rate": 0.05, "weight_decay": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("amsgrad", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("adamw", {"learning_rate": 0.01, "weight_decay": 0.1}),
    ("adabound", {"learning_rate": 0.01, "weight_decay": 0.01, "gamma": 0.01}),
    ("padam", {"learning_rate": 0.05, "weight_decay": 0.01}),
    ("padam", {"learning_rate": 0.05, "weight_decay": 0.01, "partial": 0.2, "amsgrad": 0}),
    ("yogi", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("radam", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("adabelief", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("adai", {"learning_rate": 0.5, "weight_decay": 0.01}),
    ("adai", {"learning_rate": 0.2, "weight_decay": 0.1, "beta0": 0.3, "beta2": 0.9, "epsilon": 0.01}),
    ("adaiw", {"learning_rate": 0.5, "weight_decay": 0.01}),
    ("adaiw", {"learning_rate": 0.2, "weight_decay": 0.1, "beta0": 0.3, "beta2": 0.9, "epsilon": 0.01}),
    ("adai_v2", {"learning_rate": 0.2, "weight_decay": 0.01, "dampening": 0.3}),
]


def numbers(index, dtype):
    """A flat vector of 2u - 1, cut into the tensors."""
    u = torch.from_numpy(RandomStream(0, "synthetic", index=index).uniform(sum(SIZES))).to(dtype)
    return list((2 * u - 1).split(SIZES))


def gradients(t, dtype):
    result = [scale * tensor for scale, tensor in zip(SCALES, numbers(t, dtype))]
    result[1][1] = 0
    if t <= 50:
        result[1][2] = 0
    return result


def schedule(t):
    return t / 10 if t <= 10 else 1 if t <= 80 else 0.1 if t <= 160 else 0.01


def trajectory(name, values, dtype):
    parameters = [tensor.clone() for tensor in numbers(0, dtype)]
    optimizer = reference(name, values, parameters)
    kept = []
    for t in range(1, STEPS + 1):
        optimizer.step(gradients(t, dtype), schedule(t))
        if t % KEEP == 0:
            kept.append(torch.cat(parameters).tolist())
    return kept


if __name__ == "__main__":
    torch.set_num_threads(1)
    cases = []
    for name, values in CASES:
        case = {"name": name, "values": values}
        case["float64"] = trajectory(name, values, torch.float64)
        case["float32"] = trajectory(name, values, torch.float32)
        cases.append(case)
    lines = ",\n".join(json.dumps(case) for case in cases)
    version, steps = torch.__version__.split("+")[0], list(range(KEEP, STEPS + 1, KEEP))
    text = f'{{"torch": "{version}", "steps": {steps}, "cases": [\n{lines}\n]}}\n'
    (here / "trajectories.json").write_text(text)
