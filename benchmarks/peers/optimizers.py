"""An optimizer's step in PyTorch, alone, on one thread and on one tensor of all parameters.

    python peers/optimizers.py

Reads requests from standard input and answers each with a line of JSON:

    {"name": "adam", "form": "fused", "parameters": 1000000, "steps": 20}
    {"seconds": [20 numbers]}

Forms: `loop`, `foreach` and `fused`, which are PyTorch's own implementations, or Adai's loop form (`loop`).
A form that PyTorch does not have of a rule is answered with an error.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import torch  # noqa: E402

from peers.adai import LoopAdai  # noqa: E402

WARM_UP = 3

# Ours by name: PyTorch's class with the same rule, and the options that make it so.
RULES = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adam": ("Adam", {}),
    "amsgrad": ("Adam", {"amsgrad": True}),
    "adamw": ("AdamW", {}),
    "radam": ("RAdam", {}),
}


def optimizer_of(name, form, theta):
    if name == "adai" and form == "loop":
        return LoopAdai([theta], lr=1e-4, weight_decay=5e-4)
    if name not in RULES:
        raise ValueError(f"PyTorch has no {name}")
    rule, options = RULES[name]
    form = {"loop": {"foreach": False}}.get(form, {form: True})
    return getattr(torch.optim, rule)([theta], lr=1e-4, weight_decay=5e-4, **options, **form)


def run(name, form, parameters, steps):
    theta = torch.rand(parameters).sub_(0.5).requires_grad_()
    theta.grad = torch.rand(parameters).sub_(0.5)
    optimizer = optimizer_of(name, form, theta)
    seconds = []
    for _ in range(WARM_UP + steps):
        start = time.perf_counter()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds[WARM_UP:]}


def main():
    torch.set_num_threads(1)
    for line in sys.stdin:
        try:
            answer = run(**json.loads(line))
        except (ValueError, RuntimeError, TypeError) as error:
            answer = {"error": str(error).splitlines()[0]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
