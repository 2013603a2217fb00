"""Makes trajectories.json: 200 steps of every optimizer on random gradients, in float64 and float32.

    python Tests/OptimizersTests/Golden/make_golden.py

sgd, momentum and adam are torch.optim's; adai and adaiw are the equations of Algorithm 2 of the Adai paper,
written tensor by tensor.

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

from streams import RandomStream  # noqa: E402

SIZES, SCALES, STEPS, KEEP = [12, 5, 1, 10], [1, 1 / 8, 1 / 64, 1 / 2], 200, 20

CASES = [
    ("sgd", {"learning_rate": 0.1, "weight_decay": 0.01}),
    ("momentum", {"learning_rate": 0.05, "weight_decay": 0.01}),
    ("momentum", {"learning_rate": 0.2, "weight_decay": 0.1, "momentum": 0.5}),
    ("adam", {"learning_rate": 0.01, "weight_decay": 0.01}),
    ("adam", {"learning_rate": 0.05, "weight_decay": 0.1, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("adai", {"learning_rate": 0.5, "weight_decay": 0.01}),
    ("adai", {"learning_rate": 0.2, "weight_decay": 0.1, "beta0": 0.3, "beta2": 0.9, "epsilon": 0.01}),
    ("adaiw", {"learning_rate": 0.5, "weight_decay": 0.01}),
    ("adaiw", {"learning_rate": 0.2, "weight_decay": 0.1, "beta0": 0.3, "beta2": 0.9, "epsilon": 0.01}),
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


def torch_optimizer(name, parameters, values):
    options = {"lr": values["learning_rate"], "weight_decay": values["weight_decay"], "foreach": False}
    if name == "sgd":
        return torch.optim.SGD(parameters, **options)
    if name == "momentum":
        return torch.optim.SGD(parameters, momentum=values.get("momentum", 0.9), **options)
    betas = values.get("beta1", 0.9), values.get("beta2", 0.999)
    return torch.optim.Adam(parameters, betas=betas, eps=values.get("epsilon", 1e-8), **options)


class Adai:
    def __init__(self, parameters, values, decoupled):
        self.parameters, self.decoupled = parameters, decoupled
        self.rate, self.decay = values["learning_rate"], values["weight_decay"]
        self.beta0, self.beta2 = values.get("beta0", 0.1), values.get("beta2", 0.99)
        self.epsilon = values.get("epsilon", 1e-3)
        self.t = 0
        self.m = [torch.zeros_like(p) for p in parameters]
        self.v = [torch.zeros_like(p) for p in parameters]
        self.product = [torch.ones_like(p) for p in parameters]

    def step(self, gradients, multiplier):
        self.t += 1
        rate = multiplier * self.rate
        total = 0
        for i, (p, g) in enumerate(zip(self.parameters, gradients)):
            if self.decoupled:
                p *= 1 - rate * self.decay
            else:
                g += self.decay * p
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * g * g
            total = total + (self.v[i] / (1 - self.beta2**self.t)).sum()
        mean = total / sum(p.numel() for p in self.parameters)
        for i, (p, g) in enumerate(zip(self.parameters, gradients)):
            v_hat = self.v[i] / (1 - self.beta2**self.t)
            beta1 = torch.clamp(1 - self.beta0 * v_hat / mean, 0, 1 - self.epsilon)
            self.m[i] = beta1 * self.m[i] + (1 - beta1) * g
            self.product[i] = self.product[i] * beta1
            p -= rate * self.m[i] / (1 - self.product[i])


def trajectory(name, values, dtype):
    parameters = [tensor.clone() for tensor in numbers(0, dtype)]
    ours = Adai(parameters, values, name == "adaiw") if name.startswith("adai") else None
    theirs = None if ours else torch_optimizer(name, parameters, values)
    kept = []
    for t in range(1, STEPS + 1):
        if ours:
            ours.step(gradients(t, dtype), schedule(t))
        else:
            for p, g in zip(parameters, gradients(t, dtype)):
                p.grad = g
            theirs.param_groups[0]["lr"] = schedule(t) * values["learning_rate"]
            theirs.step()
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
