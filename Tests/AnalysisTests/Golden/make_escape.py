"""Writes escape.json: fits of escape times by SciPy's optimizer, and intervals by SciPy's χ²."""

import json
import pathlib

import numpy as np
from scipy import optimize, stats

random = np.random.default_rng(1)
cases = []
for slope, limit in [(8.0, 1e9), (3.0, 400.0), (8.0, 3000.0), (8.0, 60.0)]:
    k = np.round(1 / np.linspace(0.35, 0.95, 7), 4)
    times = random.exponential(np.exp(2.0 + slope / k)[:, None], (7, 60))
    escaped = (times < limit).sum(1)
    exposure = np.minimum(times, limit).sum(1)

    def minus(parameters, x):
        eta = parameters[0] + parameters[1] * x
        return (escaped * eta + exposure * np.exp(-eta)).sum()

    fits = {}
    for name, x in [("1/k", 1 / k), ("1/sqrt(k)", k**-0.5)]:
        best = optimize.minimize(minus, [2, slope], args=(x,), method="BFGS", options=dict(gtol=1e-9))
        weights = exposure * np.exp(-(best.x[0] + best.x[1] * x))
        design = np.stack([np.ones(7), x])
        covariance = np.linalg.inv(design * weights @ design.T)
        fits[name] = dict(intercept=best.x[0], slope=best.x[1], slope_error=covariance[1, 1] ** 0.5,
                          log_likelihood=-best.fun)
    low = [2 * s / stats.chi2.ppf(0.975, 2 * d + 2) for d, s in zip(escaped, exposure)]
    high = [2 * s / stats.chi2.ppf(0.025, 2 * d) if d else None for d, s in zip(escaped, exposure)]
    cases.append(dict(sharpness=k.tolist(), escaped=escaped.tolist(), exposure=exposure.tolist(),
                      fits=fits, lower=low, upper=high))
pathlib.Path(__file__).with_name("escape.json").write_text(json.dumps(cases, indent=0) + "\n")
