"""The golden files of the Swift tests are what their scripts make with the PyTorch at hand."""

import importlib.util
import json
import pathlib

import numpy as np
import pytest
import torch

TESTS = pathlib.Path(__file__).parents[1]


def script(path):
    spec = importlib.util.spec_from_file_location(pathlib.Path(path).stem, TESTS / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def close(made, committed, tolerance):
    """Whether two values agree, number by number; relative to numbers greater than 1."""
    made, committed = np.asarray(made, dtype=float), np.asarray(committed, dtype=float)
    assert made.shape == committed.shape
    return np.all(np.abs(made - committed) <= tolerance * np.maximum(1, np.abs(committed)))


def test_layers():
    committed = json.loads((TESTS / "TrainingTests/Golden/layers.json").read_text())["cases"]
    made = list(script("TrainingTests/Golden/make_layers.py").cases())
    assert len(made) == len(committed)
    for ours, theirs in zip(made, committed):
        assert ours.keys() == theirs.keys()
        for key, value in ours.items():
            if key == "dx":
                assert all(close(a, b, 1e-12) for a, b in zip(value, theirs[key], strict=True))
            elif isinstance(value, list) and key != "inputs":
                assert close(value, theirs[key], 1e-12)
            else:
                assert value == theirs[key]


def test_products():
    path = TESTS / "CurvatureTests/Golden/products.json"
    committed = json.loads(path.read_text())
    golden = script("CurvatureTests/Golden/make_products.py")
    made = {"cases": golden.products(), "spectra": golden.spectra()}
    for part, tolerance in [("cases", 1e-10), ("spectra", 1e-8)]:
        assert made[part].keys() == committed[part].keys()
        for name, values in committed[part].items():
            for key, value in values.items():
                assert close(made[part][name][key], value, tolerance)


@pytest.mark.parametrize("network", ["mlp", "lenet", "resnet8"])
def test_losses(network):
    committed = json.loads((TESTS / "TrainingTests/Golden/losses.json").read_text())["losses"]
    made = script("TrainingTests/Golden/make_losses.py").losses(network, torch.float64)
    assert close(made, committed[network]["float64"], 1e-9)


def test_trajectories():
    path = TESTS / "OptimizersTests/Golden/trajectories.json"
    golden = script("OptimizersTests/Golden/make_golden.py")
    for case in json.loads(path.read_text())["cases"]:
        made = golden.trajectory(case["name"], case["values"], torch.float64)
        assert close(made, case["float64"], 1e-12)


def leaves(value):
    """The numbers and words of nested lists and objects, in order, each with its place."""
    if isinstance(value, dict):
        return [(f"{key}/{place}", leaf) for key in value for place, leaf in leaves(value[key])]
    if isinstance(value, list):
        return [(f"{i}/{place}", leaf) for i, v in enumerate(value) for place, leaf in leaves(v)]
    return [("", value)]


def test_statistics():
    path = TESTS / "AnalysisTests/Golden/statistics.json"
    committed = leaves(json.loads(path.read_text()))
    made = leaves(script("AnalysisTests/Golden/make_statistics.py").cases())
    assert len(made) == len(committed)
    for (place, ours), (other, theirs) in zip(made, committed):
        assert place == other
        if isinstance(theirs, float):
            assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-15), place
        else:
            assert ours == theirs, place
