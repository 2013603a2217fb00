"""Makes coordinates.json: fits in two coordinates, and which is better, from NumPy and SciPy.

Run with the environment of `make interop`: .venv/bin/python Tests/AnalysisTests/Golden/make_coordinates.py
"""

import json
import pathlib

import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).parent


BOUND = 0.9


def against_bound(x, values):
    """Fisher's z of a correlation against BOUND, and its p-value: the confidence interval of that level ends at BOUND."""
    found = stats.pearsonr(x, values)
    z = float((np.arctanh(found.statistic) - np.arctanh(BOUND)) * np.sqrt(len(values) - 3))
    p = float(2 * stats.norm.sf(abs(z)))
    interval = found.confidence_interval(1 - p)
    # A p-value below the spacing of numbers near 1 is no level of an interval.
    assert p < 1e-6 or np.isclose(interval.low if z > 0 else interval.high, BOUND, rtol=1e-9)
    return {"z": z, "p": p}


def case(first, second, values, errors):
    first, second, values, errors = map(np.asarray, (first, second, values, errors))
    whitened = values / errors
    fits, spaces = [], []
    for x in (first, second):
        design = np.stack([1 / errors, x / errors], axis=1)
        solution, *_ = np.linalg.lstsq(design, whitened, rcond=None)
        residual = float(np.sum((whitened - design @ solution) ** 2))
        fits.append({"intercept": float(solution[0]), "slope": float(solution[1]),
                     "residual": residual, "correlation": float(stats.pearsonr(x, values).statistic),
                     "bound": against_bound(x, values) if len(values) > 3 else None})
        spaces.append(np.linalg.qr(design)[0][:, 1])
    # The directions that only one of the two lines can follow, turned to the same side.
    q1, q2 = spaces
    if q1 @ q2 < 0:
        q2 = -q2
    plus, minus = q1 + q2, q1 - q2
    numbers = [float(d @ whitened / np.linalg.norm(d)) for d in (minus, plus)]
    weaker = min(map(abs, numbers))
    p = float(2 * stats.norm.sf(weaker))
    statistic = weaker if fits[0]["residual"] < fits[1]["residual"] else -weaker
    return {"first": first.tolist(), "second": second.tolist(), "values": values.tolist(),
            "errors": errors.tolist(), "fits": fits, "statistic": statistic, "p": p}


def main():
    draw = np.random.default_rng(20220717)
    cases = []
    for count in (3, 5, 20):
        k = np.sort(draw.uniform(1, 10, count))
        for exponent in (-1, -0.5, -0.75):
            errors = draw.uniform(0.02, 0.2, count)
            values = 3 + 5 * k**exponent + errors * draw.standard_normal(count)
            cases.append(case(1 / k, k**-0.5, values, errors))
    # Coordinates that run against each other.
    k = np.linspace(1, 4, 8)
    errors = np.full(8, 0.1)
    cases.append(case(k, 1 / k, 2 * k + errors * draw.standard_normal(8), errors))
    (HERE / "coordinates.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
