"""Adai at a quadratic saddle in NumPy, all replicas as arrays, in float64.

    python peers/saddle.py FORM REPLICAS STEPS BATCH RATE CURVATURE...

FORM is `whole`, which keeps all replicas in one array as one would write it, or `blocks`, which takes 1,024 replicas
at a time through all steps, so that arrays stay in a cache, and allocates nothing in a step. It answers with a line of
JSON: the seconds and the processor's seconds of the simulation without starting Python, and the mean squared
displacement of each direction with its standard error.
"""

import json
import sys
import time

import numpy as np

BETA0, BETA2, EPSILON = 0.1, 0.99, 1e-3


def whole(curvatures, batch, rate, steps, replicas, draw):
    h = curvatures[:, None]
    amplitude = np.sqrt(abs(h) / batch)
    theta = np.zeros((len(curvatures), replicas))
    m, v, product = np.zeros_like(theta), np.zeros_like(theta), np.ones_like(theta)
    for t in range(1, steps + 1):
        g = h * theta + amplitude * draw.standard_normal(theta.shape)
        v = BETA2 * v + (1 - BETA2) * g * g
        v_hat = v / (1 - BETA2**t)
        beta1 = np.clip(1 - BETA0 / v_hat.mean(axis=0) * v_hat, 0, 1 - EPSILON)
        m = beta1 * m + (1 - beta1) * g
        product *= beta1
        theta -= rate * m / (1 - product)
    return theta


def in_place(curvatures, batch, rate, steps, replicas, draw):
    """As `whole`. v's correction cancels in v̂/v̄, so it is left out."""
    h = curvatures[:, None]
    amplitude = np.sqrt(abs(h) / batch)
    theta = np.zeros((len(curvatures), replicas))
    m, v, product = np.zeros_like(theta), np.zeros_like(theta), np.ones_like(theta)
    g, beta1, part = np.empty_like(theta), np.empty_like(theta), np.empty_like(theta)
    slope = np.empty(replicas)
    for _ in range(steps):
        draw.standard_normal(out=g)
        g *= amplitude
        np.multiply(h, theta, out=part)
        g += part
        np.multiply(g, g, out=part)
        part *= 1 - BETA2
        v *= BETA2
        v += part
        np.sum(v, axis=0, out=slope)
        np.divide(-BETA0 * len(curvatures), slope, out=slope)
        np.multiply(v, slope, out=beta1)
        beta1 += 1
        np.clip(beta1, 0, 1 - EPSILON, out=beta1)
        # m ← g + β₁ (m − g)
        m -= g
        m *= beta1
        m += g
        product *= beta1
        np.subtract(1, product, out=part)
        np.divide(m, part, out=part)
        part *= rate
        theta -= part
    return theta


def blocks(curvatures, batch, rate, steps, replicas, draw, size=1024):
    return np.concatenate([
        in_place(curvatures, batch, rate, steps, min(size, replicas - start), draw)
        for start in range(0, replicas, size)], axis=1)


def main():
    form, replicas, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    batch, rate, *curvatures = map(float, sys.argv[4:])
    simulate = {"whole": whole, "blocks": blocks}[form]
    start, busy = time.perf_counter(), time.process_time()
    theta = simulate(np.array(curvatures), batch, rate, steps, replicas, np.random.default_rng(0))
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - busy
    squares = theta * theta
    print(json.dumps({
        "seconds": seconds, "cpu_seconds": cpu_seconds,
        "mean_square": squares.mean(axis=1).tolist(),
        "standard_error": (squares.std(axis=1) / replicas**0.5).tolist()}))


if __name__ == "__main__":
    main()
