"""Makes statistics.json: tests, intervals and components from SciPy, statsmodels and NumPy.

Run with the environment of `make interop`: .venv/bin/python Tests/AnalysisTests/Golden/make_statistics.py
"""

import itertools
import json
import math
import pathlib
import sys
import warnings

import numpy as np
from scipy import stats
from scipy.integrate import quad
from scipy.special import gammaln
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "Interop"))
from streams import RandomStream  # noqa: E402


def number(value):
    """A finite number, or None."""
    value = float(value)
    return value if np.isfinite(value) else None


def test(result, df=None):
    """A test as our own type has it; None where SciPy finds no number."""
    statistic, p = number(result.statistic), number(result.pvalue)
    if statistic is None or p is None:
        return None
    return {"statistic": statistic, "df": None if df is None else float(df), "p": p}


def bootstrap(values, seed, resamples=2000):
    """SciPy's BCa interval of the mean, for the resamples that our streams draw."""
    n = len(values)

    def mean(sample):
        # Rounded once, so that equal means are equal.
        return math.fsum(sample) / len(sample)

    means = []
    for resample in range(resamples):
        stream = RandomStream(seed, "bootstrap", resample)
        means.append(mean([values[stream.below(n)] for _ in range(n)]))
    made = stats.bootstrap((values,), mean, n_resamples=1, method="percentile", vectorized=False)
    made.bootstrap_distribution = np.array(means)
    interval = stats.bootstrap((values,), mean, n_resamples=0, bootstrap_result=made,
                               method="BCa", vectorized=False).confidence_interval
    return [float(interval.low), float(interval.high)]


def sample(values):
    n = len(values)
    if n < 2:
        return {"values": values, "mean_interval": None, "deviation_interval": None,
                "bootstrap": None}
    s = np.std(values, ddof=1) if np.ptp(values) > 0 else 0.0
    mean = stats.t.interval(0.95, n - 1, np.mean(values), s / np.sqrt(n)) if s > 0 else (
        values[0], values[0])
    deviation = s * np.sqrt((n - 1) / stats.chi2.ppf([0.975, 0.025], n - 1))
    spread = n >= 8 and s > 0
    return {"values": values, "mean_interval": [float(m) for m in mean],
            "deviation_interval": [float(d) for d in deviation],
            "bootstrap": bootstrap(values, seed=n) if spread else None}


def correction(df):
    """Hedges' J; 0 for one degree of freedom."""
    if df < 2:
        return 0.0
    return float(np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2))


def paired(x, y):
    """Everything about pairs; SciPy's tests where it has them, else from their definition."""
    x, y = np.array(x), np.array(y)
    n, d = len(x), np.array(x) - np.array(y)
    varies = n > 1 and np.ptp(d) > 1e-12
    t = stats.ttest_rel(x, y) if varies else None
    flips = None
    if n == 1:
        flips = 1.0
    elif n <= 12:
        flips = float(stats.permutation_test((x, y), lambda a, b: np.mean(a - b), vectorized=False,
                                             permutation_type="samples", n_resamples=np.inf).pvalue)
    morgan = None
    if n > 2 and varies and np.ptp(x + y) > 1e-12:
        r = stats.pearsonr(x + y, x - y)
        morgan = {"statistic": float(r.statistic * np.sqrt((n - 2) / (1 - r.statistic**2))),
                  "df": float(n - 2), "p": float(r.pvalue)}
    return {"x": x.tolist(), "y": y.tolist(), "t": test(t, n - 1) if t else None, "flips": flips,
            "effect": correction(n - 1) * np.mean(d) / np.std(d, ddof=1) if varies else None,
            "pitman_morgan": morgan}


def independent(samples):
    x, y = samples[:2]
    n, m = len(x), len(y)
    case = {"samples": samples, "welch": None, "effect": None, "brown_forsythe": None}
    if n < 2 or m < 2:
        return case
    pooled = np.sqrt(((n - 1) * np.var(x, ddof=1) + (m - 1) * np.var(y, ddof=1)) / (n + m - 2))
    if pooled > 0:
        welch = stats.ttest_ind(x, y, equal_var=False)
        case["welch"] = test(welch, welch.df)
        case["effect"] = correction(n + m - 2) * (np.mean(x) - np.mean(y)) / pooled
    if all(len(s) > 1 for s in samples):
        case["brown_forsythe"] = test(stats.levene(*samples, center="median"))
    return case


def components(shape, values):
    """Variance components from the expected mean squares, by solving a linear system."""
    x = np.array(values).reshape(shape)
    axes = [a for a in range(len(shape)) if shape[a] > 1]
    sets = [tuple(a for i, a in enumerate(axes) if s >> i & 1) for s in range(1, 1 << len(axes))]

    def mean_over_others(s):
        return x.mean(axis=tuple(a for a in range(len(shape)) if a not in s), keepdims=True)

    def subsets(s):
        return [tuple(a for i, a in enumerate(s) if k >> i & 1) for k in range(1 << len(s))]

    squares, matrix = [], []
    for s in sets:
        effect = sum((-1) ** (len(s) - len(t)) * mean_over_others(t) for t in subsets(s))
        replicated = x.size / effect.size
        df = np.prod([shape[a] - 1 for a in s])
        squares.append(replicated * np.sum(effect**2) / df)
        matrix.append([np.prod([shape[a] for a in axes if a not in t]) if set(s) <= set(t) else 0
                       for t in sets])
    found = np.linalg.solve(np.array(matrix, dtype=float), squares)
    return {"shape": list(shape), "values": values,
            "components": [[list(s), float(v)] for s, v in zip(sets, found)]}


def test_set(bits):
    """Variance over runs, on the test set and on the distribution, from ones for right answers."""
    bits = np.array(bits)
    n = bits.shape[1]
    total = np.var(1 - bits.mean(axis=1), ddof=1)
    # Over pairs of different images: the mean covariance over runs.
    covariance = np.cov(bits.T, ddof=1)
    distribution = (covariance.sum() - np.trace(covariance)) / (n * (n - 1))
    return {"bits": bits.tolist(), "on_test_set": float(total), "on_distribution": float(distribution)}


def share(corners):
    """The share of the unit square where the bilinear function is at most 0, by quadrature."""
    a, b, c, d = corners

    def height(x):
        low, high = a + (b - a) * x, c + (d - c) * x
        if low <= 0 and high <= 0:
            return 1.0
        if low > 0 and high > 0:
            return 0.0
        zero = low / (low - high)
        return zero if low <= 0 else 1 - zero

    kinks = [u / (u - v) for u, v in ((a, b), (c, d)) if u * v < 0]
    ends = [0.0, *sorted(kinks), 1.0]
    return math.fsum(quad(height, l, r, epsabs=1e-13, epsrel=1e-12, limit=200)[0]
                     for l, r in zip(ends, ends[1:]))


def tunability(points, count):
    """By trying every choice of k points; points are pairs of a number to choose by and a value."""
    budgets = []
    for k in range(1, count + 1):
        best = []
        for chosen in itertools.combinations(range(count), k):
            known = [points[i] for i in chosen if i < len(points)]
            best.append(min(known)[1] if known else None)
        values = [value for value in best if value is not None]
        budgets.append([float(np.mean(values)) if values else None, len(values) / len(best)])
    return {"points": points, "count": count, "budgets": budgets}


def ridge(rates, decays, values):
    """Vertices of parabolas through each row's minimum, and a straight line through them."""
    median = np.median([v for row in values for v in row])
    points = []
    for rate, row in zip(rates, values):
        i = int(np.argmin(row))
        if 0 < i < len(row) - 1 and row[i] <= median:
            a, b, _ = np.polyfit(decays[i - 1:i + 2], row[i - 1:i + 2], 2)
            points.append([rate, float(-b / (2 * a))])
    x, y = np.array(points).T
    return {"rates": rates, "decays": decays, "values": values, "points": points,
            "slope": float(np.polyfit(x, y, 1)[0]), "spread": float(np.std(y, ddof=1)),
            "product_spread": float(np.std(x + y, ddof=1))}


def distributions():
    rows = []
    for df in [1, 2, 3, 4.7, 10, 29, 200]:
        for t in [0.0, 1e-6, 0.3, 1, 2.5, 12, 300]:
            rows.append({"name": "t", "df": [df], "x": t, "p": 2 * float(stats.t.sf(t, df))})
        for x in [1e-3, 0.5, 2, 7.5, 40, 250]:
            rows.append({"name": "chi2", "df": [df], "x": x, "p": float(stats.chi2.sf(x, df))})
        for other in [1, 2.5, 8, 60]:
            for x in [1e-3, 0.4, 1, 3.3, 50]:
                rows.append({"name": "f", "df": [df, other], "x": x,
                             "p": float(stats.f.sf(x, df, other))})
    for x in [-12, -5, -1.96, -0.1, 0, 0.7, 3, 8]:
        rows.append({"name": "normal", "df": [], "x": x, "p": float(stats.norm.cdf(x))})
    quantiles = []
    for p in [1e-6, 0.005, 0.025, 0.05, 0.3, 0.5, 0.9, 0.975]:
        for df in [1, 2, 3.3, 9, 100]:
            quantiles.append({"name": "t", "df": [df], "p": p, "x": float(stats.t.isf(p / 2, df))})
            quantiles.append({"name": "chi2", "df": [df], "p": p, "x": float(stats.chi2.isf(p, df))})
        quantiles.append({"name": "normal", "df": [], "p": p, "x": float(stats.norm.ppf(p))})
    return rows, quantiles


def cases():
    rng = np.random.default_rng(20260101)

    def draw(n, scale=0.01, digits=None):
        values = 0.1 + scale * rng.standard_normal(n)
        return [float(v) for v in (values if digits is None else np.round(values, digits))]

    samples = [draw(n) for n in [1, 2, 3, 5, 8, 9, 30]]
    samples += [draw(8, digits=2), draw(12, digits=2), [0.1] * 3, [0.3, 0.3], [1e3, 1e3 + 1e-3, 1e3]]
    pairs = [(draw(n), draw(n, 0.02)) for n in [1, 2, 3, 4, 6, 8, 10, 12, 15]]
    pairs += [(draw(n, digits=2), draw(n, digits=2)) for n in [3, 6, 9]]
    pairs += [([0.1, 0.2, 0.3], [0.05, 0.15, 0.25]), ([0.1, 0.1], [0.1, 0.1]), ([0.2], [0.1])]
    groups = [[draw(n), draw(m, 0.03)] for n, m in [(1, 3), (2, 2), (3, 3), (3, 8), (10, 10), (25, 6)]]
    groups += [[draw(5), draw(6), draw(7, 0.1)], [draw(4, digits=2), draw(4, digits=2)],
               [[0.1, 0.1], [0.2, 0.2]], [[0.1, 0.1, 0.1], draw(3)]]
    families = [[0.01, 0.04, 0.03, 0.005], [0.2], [0.01, None, 0.01, 0.5, 1.0], [None], [0.5, 0.9]]
    shapes = [(3,), (2, 2), (4, 3), (3, 1, 4), (1, 1, 5), (3, 2, 4), (2, 2, 2)]
    squares = [[float(v) for v in rng.standard_normal(4)] for _ in range(40)]
    squares += [[-1.0, 1.0, 1.0, -1.0], [1.0, -1.0, -1.0, 1.0], [0.0, 1.0, 0.0, 1.0],
                [-1.0, 1.0, -1.0, 1.0 + 1e-9], [-1.0, -1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0],
                [-1.0, 3.0, -1e-3, 3e-3], [-1e-6, 1.0, 2.0, 3.0]]
    rows, quantiles = distributions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "distributions": rows,
            "quantiles": quantiles,
            "samples": [sample(s) for s in samples],
            "pairs": [paired(x, y) for x, y in pairs],
            "groups": [independent(g) for g in groups],
            "holm": [{"p": f, "adjusted": holm(f)} for f in families],
            "mcnemar": [{"counts": [a, b], "p": float(mcnemar([[5, a], [b, 5]], exact=True).pvalue)}
                        for a, b in [(0, 0), (1, 0), (3, 3), (4, 5), (2, 9), (40, 15), (0, 30)]],
            "components": [components(s, draw(int(np.prod(s)))) for s in shapes],
            "shares": [[c, share(c)] for c in squares],
            "tunability": [tunability([draw(2) for _ in range(known)], count)
                           for known, count in [(1, 1), (4, 4), (5, 8), (0, 2), (3, 9)]],
            "ridges": [ridge([-2.0, -1.5, -1.0, 0.0], [-5.0, -4.0, -3.3, -3.0, -2.0],
                             [[0.1 + 0.02 * (l + slope * r + 3.5) ** 2 + 0.001 * noise
                               for l, noise in zip([-5.0, -4.0, -3.3, -3.0, -2.0], draw(5, 1.0))]
                              for r in [-2.0, -1.5, -1.0, 0.0]]) for slope in [0.0, 0.5]],
            "test_sets": [test_set((rng.random((m, n)) < rng.random(n)).astype(int))
                          for m, n in [(2, 8), (3, 20), (7, 13)]],
        }


def holm(family):
    known = [p for p in family if p is not None]
    adjusted = iter(multipletests(known, method="holm")[1] if known else [])
    return [None if p is None else float(next(adjusted)) for p in family]


if __name__ == "__main__":
    text = json.dumps(cases(), indent=None, separators=(", ", ": "))
    (HERE / "statistics.json").write_text(text.replace("}, {", "},\n{") + "\n")
