"""The benchmarks' own parts: their Adais are Adai, their check finds mistakes, and every section runs."""

import json
import math
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import torch
from test_golden import close, script

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import report  # noqa: E402
from measuring import Failure  # noqa: E402
from peers.adai import FlatAdai, LoopAdai  # noqa: E402
from peers.flat import flatten  # noqa: E402
from peers.saddle import blocks, whole  # noqa: E402
from sections import grid, steps  # noqa: E402

GOLDEN = ROOT / "Tests/OptimizersTests/Golden/trajectories.json"


def trajectory(golden, optimizer, values, flat):
    """The parameters that a benchmark's optimizer reaches on the golden gradients."""
    theta = [tensor.clone().requires_grad_() for tensor in golden.numbers(0, torch.float64)]
    if flat:
        theta = [torch.cat(theta).detach().requires_grad_()]
    options = {"eps" if key == "epsilon" else key: value for key, value in values.items()
               if key in ("beta0", "beta2", "epsilon", "weight_decay")}
    rule = optimizer(theta, lr=values["learning_rate"], **options)
    kept = []
    for t in range(1, golden.STEPS + 1):
        gradients = golden.gradients(t, torch.float64)
        for p, g in zip(theta, [torch.cat(gradients)] if flat else gradients):
            p.grad = g
        rule.param_groups[0]["lr"] = golden.schedule(t) * values["learning_rate"]
        rule.step()
        if t % golden.KEEP == 0:
            kept.append(torch.cat(theta).tolist())
    return kept


@pytest.mark.parametrize("optimizer, flat", [(LoopAdai, False), (FlatAdai, True)])
def test_the_optimizers_of_the_peers_are_adai(optimizer, flat):
    golden = script("OptimizersTests/Golden/make_golden.py")
    cases = [case for case in json.loads(GOLDEN.read_text())["cases"] if case["name"] == "adai"]
    assert len(cases) >= 2
    for case in cases:
        assert close(trajectory(golden, optimizer, case["values"], flat), case["float64"], 1e-12)


def test_a_flat_vector_is_the_modules_parameters_and_gradient():
    module = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.Flatten(), torch.nn.Linear(3, 4))
    x = torch.randn(5, 2, 3, 3)
    module(x).square().sum().backward()
    gradient = torch.cat([p.grad.flatten() for p in module.parameters()])
    flat = flatten(module)
    module(x).square().sum().backward()
    torch.testing.assert_close(flat.grad, gradient)
    with torch.no_grad():
        flat.zero_()
    assert not module(x).any()


def test_the_saddles_of_numpy_are_one():
    curvatures = np.array([-1.0, -0.1, 0.3])
    draws = [np.random.default_rng(1) for _ in range(2)]
    found = [form(curvatures, 4.0, 0.1, 30, 7, draw) for form, draw in zip((whole, blocks), draws)]
    np.testing.assert_allclose(*found, rtol=1e-9)


def test_the_check_refuses_losses_that_differ():
    double = [2.3 - 0.01 * step for step in range(10)]
    single = [loss + 1e-7 * (-1) ** step for step, loss in enumerate(double)]
    steps.check(single, single, double)
    steps.check([loss + 1.9e-6 for loss in double], single, double)
    with pytest.raises(Failure, match="step 5"):
        steps.check([loss + (3e-6 if step >= 4 else 0) for step, loss in enumerate(double)],
                    single, double)
    with pytest.raises(Failure, match="step 1"):
        steps.check([math.nan] * 10, single, double)


def test_the_cells_of_the_grid_are_an_even_choice():
    assert grid.even([1, 2, 3, 4, 5], 1) == [3]
    assert grid.even([1, 2, 3, 4, 5], 2) == [2, 4]
    whole = grid.whole_study()
    chosen = grid.cells(grid.choose(whole, grid.AS_IT_IS))
    assert len(chosen) == 2 * len(whole["optimizers"])
    assert all(cell in grid.cells(whole) for cell in chosen)


def test_results_go_between_the_markers(tmp_path):
    document = tmp_path / "document.md"
    document.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.insert("new", document)
    assert document.read_text() == f"before\n{report.BEGIN}\n\nnew\n{report.END}\nafter\n"
    assert report.Cell.range({"median": 2, "least": 1, "most": 3}, 10, 1) == "20.0 (10.0–30.0)"
    assert report.Cell.range(None) == "–"


@pytest.mark.parametrize("section", ["machine", "steps", "grid", "cells", "scaling", "optimizers", "diffusion",
                                     "curvature", "overhead", "durability", "exports"])
def test_a_section_runs(inertia, tmp_path, section):
    subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "bench.py", inertia, "--quick", "--only", section,
         "--output", tmp_path], check=True)
    results = json.loads((tmp_path / "bench.json").read_text())
    assert list(results) == [section]
    assert (tmp_path / "bench.md").read_text().count("| --- |") >= 1
