"""Makes golden.txt: exp, log, sin and cos by mpmath.

A line has a function, an argument, the value as a double, and what the true value exceeds that double by.

    pip install mpmath
    python Tests/KernelsTests/Elementary/make_golden.py
"""

import math
import pathlib
import random

import mpmath

mpmath.mp.prec = 400
chance = random.Random(0)

cases = {
    "exp": [1e-300, -1e-17, 1e-9, 0.34657359027997264, -0.34657359027997264, 1.0, -1.0, 88.0]
    + [709.78, 709.782712893384, -708.4, -708.5, -740.0, -744.4400719213812, -745.1332191019411]
    + [chance.uniform(-745, 709) for _ in range(50)]
    + [chance.uniform(-2, 2) for _ in range(50)],
    "log": [5e-324, 1e-310, 2.2250738585072014e-308, 1e-5, 0.5, 0.7071067811865475, 0.7071067811865476]
    + [1 - 2**-53, 1.0000000000000002, 1.4142135623730949, 1.4142135623730951, 2.0, 10.0, 1.7e308]
    + [math.exp(chance.uniform(-745, 709)) for _ in range(50)]
    + [chance.uniform(0.4, 2.5) for _ in range(50)],
}
angles = [1e-300, 1e-9, 0.5, 0.7853981633974483, 0.7853981633974484, 1.5707963267948966]
angles += [3.141592653589793, -6.283185307179586, 99999.99999]
# The doubles nearest to multiples of pi / 2, where most digits cancel.
angles += [float(n * mpmath.pi / 2) for n in (3, 11, 344, 5419, 31415, 60508, 63661)]
angles += [chance.uniform(-1e5, 1e5) for _ in range(60)] + [chance.uniform(-4, 4) for _ in range(60)]
cases["sin"] = cases["cos"] = angles

lines = []
for name, arguments in cases.items():
    for x in arguments:
        exact = getattr(mpmath, name)(mpmath.mpf(x))
        y = float(exact)
        lines.append(f"{name} {x.hex()} {y.hex()} {float(exact - y).hex()}\n")
pathlib.Path(__file__).with_name("golden.txt").write_text("".join(lines))
