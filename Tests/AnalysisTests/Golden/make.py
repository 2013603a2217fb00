"""Makes analysis.json: statistics that do not come from the code under test.

Run with any Python 3.8 or newer: python3 make.py
"""

import json
import pathlib
import random
import statistics
from fractions import Fraction


def summary(values):
    """Mean and sample standard deviation in exact arithmetic, rounded once."""
    exact = [Fraction(v) for v in values]
    return {
        "values": values,
        "mean": float(statistics.mean(exact)),
        "standard_deviation": statistics.stdev(values) if len(values) > 1 else None,
        "minimum": min(values),
        "maximum": max(values),
    }


def grid(rng):
    """A sweep of 4 learning rates x 3 weight decays x 3 seeds, with holes and a tie for the best."""
    cells = {}
    for rate in range(4):
        for decay in range(3):
            for seed in range(3):
                cells[rate, decay, seed] = round(0.1 + 0.05 * abs(rate - 2) + 0.02 * decay
                                                 + 0.01 * rng.random(), 4)
    cells[3, 2, 0] = cells[3, 2, 1] = cells[3, 2, 2] = "diverged"
    cells[3, 1, 1] = "diverged"
    cells[2, 0, 2] = "missing"  # else the best point
    cells[0, 0, 0] = cells[0, 0, 1] = cells[0, 0, 2] = "missing"
    cells[0, 1, 0] = cells[0, 1, 1] = cells[0, 1, 2] = "failed"
    cells[0, 2, 1] = "failed"
    for seed in range(3):  # a tie: the first in file order is the best
        cells[1, 0, seed] = cells[2, 1, seed] = round(0.11 + 0.001 * seed, 4)
    entries, best = [], None
    for rate in range(4):
        for decay in range(3):
            states = [cells[rate, decay, seed] for seed in range(3)]
            values = [s for s in states if isinstance(s, float)]
            tally = {"completed": len(values)}
            for name in ("diverged", "failed", "missing"):
                tally[name] = states.count(name)
            kind = ("diverged" if tally["diverged"] else "measured" if values
                    else "failed" if tally["failed"] else "missing")
            found = summary(values) if values else None
            entries.append({"coordinates": [rate, decay], "states": states, "kind": kind,
                            "tally": tally, "summary": found})
            if len(values) == 3:
                mean = statistics.mean([Fraction(v) for v in values])
                if best is None or mean < best[0]:
                    best = (mean, [rate, decay])
    return {"entries": entries, "best": best[1]}


def main():
    rng = random.Random(7)
    samples = [[0.25], [0.1, 0.2], [0.0953, 0.0953, 0.0953], [0.0474, 0.0488, 0.046],
               [1e-9, 1.0, 1e9], [rng.random() for _ in range(50)]]
    golden = {"summaries": [summary(s) for s in samples], "grid": grid(rng)}
    path = pathlib.Path(__file__).parent / "analysis.json"
    path.write_text(json.dumps(golden, indent=1) + "\n")


main()
