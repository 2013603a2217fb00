#!/usr/bin/env python3
"""Derives the polynomials of Sources/Kernels/Elementary and prints them as Swift arrays.

    pip install mpmath
    python scripts/minimax.py

Each is the minimax polynomial of a smooth function over a small interval, found by Remez's exchange in 60
digits; its coefficients are then rounded to the precision they are used in. The last column is the largest
error of the rounded polynomial relative to the function it serves, in units of that precision's 2^-p.
"""

import mpmath
from mpmath import mpf

mpmath.mp.dps = 60


def remez(function, low, high, degree):
    """The polynomial of that degree, lowest coefficient first, with the smallest largest error."""
    count = degree + 2
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * mpmath.cos(mpmath.pi * k / (count - 1)) for k in range(count)]
    for _ in range(20):
        rows = [[x**k for k in range(degree + 1)] + [(-1) ** i] for i, x in enumerate(points)]
        solution = mpmath.lu_solve(mpmath.matrix(rows), mpmath.matrix([function(x) for x in points]))
        coefficients, level = list(solution[: degree + 1]), abs(solution[degree + 1])

        def error(x):
            return function(x) - mpmath.polyval(coefficients[::-1], x)

        # Exchange: the largest error between each two neighbouring changes of sign.
        grid = [middle - half * mpmath.cos(mpmath.pi * k / 2000) for k in range(2001)]
        groups = [[]]
        for x in grid:
            e = error(x)
            if groups[-1] and (e < 0) != (groups[-1][-1][1] < 0):
                groups.append([])
            groups[-1].append((x, e))
        extrema = [max(group, key=lambda pair: abs(pair[1])) for group in groups]
        assert len(extrema) == count, "the error does not alternate often enough"
        points = [x for x, _ in extrema]
        if max(abs(e) for _, e in extrema) < level * (1 + mpf(10) ** -4):
            break
    return coefficients


def rounded(value, bits):
    with mpmath.workprec(bits):
        return +value


def literal(value, bits):
    """A Swift hexadecimal literal."""
    return float(value).hex() if bits == 53 else float(value).hex().replace("0000000p", "p")


def show(name, function, low, high, degree, bits, served, use):
    """Prints the polynomial; use(x, p) is the approximation made with the value p at x, served(x) the truth."""
    coefficients = [rounded(c, bits) for c in remez(function, low, high, degree)]
    worst = 0
    for k in range(1, 1001):
        x = low + (high - low) * k / 1001
        p = mpmath.polyval(coefficients[::-1], x)
        worst = max(worst, abs(use(x, p) / served(x) - 1))
    print(f"{name}: error {mpmath.nstr(worst * 2**bits, 3)} x 2^-{bits}")
    for c in coefficients:
        print(f"    {literal(c, bits)},")


def exponential(r):
    """(e^r - 1 - r) / r^2"""
    return mpmath.fsum(r**k / mpmath.factorial(k + 2) for k in range(40))


def logarithm(z):
    """(log((1 + s) / (1 - s)) - 2 s) / s^3 at s^2 = z"""
    return mpmath.fsum(2 * z**k / (2 * k + 3) for k in range(60))


def sine(z):
    """(sin r - r) / r^3 at r^2 = z"""
    return mpmath.fsum((-1) ** (k + 1) * z**k / mpmath.factorial(2 * k + 3) for k in range(30))


def cosine(z):
    """(cos r - 1 + r^2 / 2) / r^4 at r^2 = z"""
    return mpmath.fsum((-1) ** k * z**k / mpmath.factorial(2 * k + 4) for k in range(30))


if __name__ == "__main__":
    half = mpmath.log(2) / 2
    s2 = ((mpmath.sqrt(2) - 1) / (mpmath.sqrt(2) + 1)) ** 2
    quarter2 = (mpmath.pi / 4) ** 2
    for bits, exp_degree, log_degree in [(24, 5, 3), (53, 10, 7)]:
        show("exp", exponential, -half, half, exp_degree, bits, mpmath.exp,
             lambda r, p: 1 + r + r * r * p)
        show("log", logarithm, mpf(0), s2, log_degree, bits,
             lambda z: 2 * mpmath.atanh(mpmath.sqrt(z)),
             lambda z, p: mpmath.sqrt(z) * (2 + z * p))
    show("sin", sine, mpf(0), quarter2, 5, 53, lambda z: mpmath.sin(mpmath.sqrt(z)),
         lambda z, p: mpmath.sqrt(z) * (1 + z * p))
    show("cos", cosine, mpf(0), quarter2, 5, 53, lambda z: mpmath.cos(mpmath.sqrt(z)),
         lambda z, p: 1 - z / 2 + z * z * p)
