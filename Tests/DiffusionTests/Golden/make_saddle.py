"""Writes saddle.json: exact second moments of SGD and Momentum at a quadratic saddle, by NumPy.

An independent way to the same numbers: the covariance of the state (θ, m) as matrix products
Σ ← A Σ Aᵀ + s² b bᵀ, where Sources/Diffusion has a recursion written out term by term.
"""

import itertools
import json
import pathlib

import numpy as np


def moments(h, batch, rate, beta1, beta3, times, warmup):
    noise = abs(h) / batch
    sigma = np.zeros((2, 2))
    for _ in range(warmup):
        hold, kick = np.array([[0.0, 0.0], [0.0, beta1]]), np.array([0.0, beta3])
        sigma = hold @ sigma @ hold.T + noise * np.outer(kick, kick)
    step = np.array([[1 - rate * beta3 * h, -rate * beta1], [beta3 * h, beta1]])
    kick = beta3 * np.array([-rate, 1.0])
    found = []
    for now in range(1, times[-1] + 1):
        sigma = step @ sigma @ step.T + noise * np.outer(kick, kick)
        if now in times:
            found.append(sigma[0, 0])
    return found


cases = []
rules = [("sgd", 0.0, 1.0), ("momentum", 0.9, 1.0), ("momentum", 0.9, 0.1), ("momentum", 0.5, 0.5)]
for (name, beta1, beta3), h, batch, rate, warmup in itertools.product(
    rules, [-1.0, -0.05, 0.01, 0.8], [1.0, 16.0], [0.001, 0.05], [0, 30]
):
    times = [1, 10, 60]
    cases.append(
        dict(optimizer=name, beta1=beta1, beta3=beta3, curvature=h, batch=batch, rate=rate,
             warmup=warmup, times=times,
             mean_squares=moments(h, batch, rate, beta1, beta3, times, warmup)))
path = pathlib.Path(__file__).with_name("saddle.json")
path.write_text(json.dumps(cases, indent=0) + "\n")
