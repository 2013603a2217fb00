"""What the checks share: the built `inertia`, and the results of small studies that it has run."""

import pathlib
import subprocess

import pytest

STUDY = """
study: interop-{network}
about: One cell for each optimizer, to be read from Python.
dataset: {{name: fashion-mnist, train: 4000, test: 10000}}
network: {{name: {network}}}
training: {{epochs: 3, batch: 64}}
seeds: [0]
optimizers:
  - {{name: adai, learning_rate: 0.1, weight_decay: 5e-4}}
  - {{name: momentum, learning_rate: 0.03, weight_decay: 5e-4}}
"""


def pytest_addoption(parser):
    parser.addoption("--inertia", default=".build/release/inertia", help="the built inertia")
    parser.addoption("--full", action="store_true", help="also check networks and curvature at full size")


@pytest.fixture(scope="session")
def inertia(pytestconfig):
    """The path of the executable."""
    path = pathlib.Path(pytestconfig.getoption("inertia")).resolve()
    assert path.exists(), f"there is no {path}: build it first"
    return path


@pytest.fixture(scope="session")
def network_names(inertia):
    """The names of networks that `inertia describe` lists, in its order."""
    text = subprocess.run([inertia, "describe"], check=True, capture_output=True, text=True).stdout
    heading, *lines = text.split("\n\n")[0].splitlines()
    assert heading == "Networks"
    return [line.split()[0] for line in lines]


@pytest.fixture(scope="session")
def results(inertia, tmp_path_factory):
    """A results folder with the studies interop-lenet and interop-resnet8, two cells each."""
    folder = tmp_path_factory.mktemp("results")
    for network in ("lenet", "resnet8"):
        study = folder / f"{network}.yaml"
        study.write_text(STUDY.format(network=network))
        subprocess.run([inertia, "run", study, "--results", folder], check=True)
    return folder


THOUSANDS = """
study: interop-thousands
about: Three thousand cells that cost nothing, some of which diverge.
dataset: {name: synthetic, train: 16, test: 16}
network: {name: mlp, hidden: [8, 8]}
training: {epochs: 3, batch: 8}
seeds: [0, 1, 2, 3, 4]
optimizers:
  - {name: sgd, learning_rate: {per_decade: 2, from: 1e-4, to: 3.2e+5}, weight_decay: [0, 1e-4, 1e-3, 1e-2, 1e-1]}
  - {name: momentum, learning_rate: {per_decade: 2, from: 1e-4, to: 3.2e+5}, weight_decay: [0, 1e-4, 1e-3, 1e-2, 1e-1]}
  - {name: adam, learning_rate: {per_decade: 2, from: 1e-4, to: 3.2e+5}, weight_decay: [0, 1e-4, 1e-3, 1e-2, 1e-1]}
  - {name: adai, learning_rate: {per_decade: 2, from: 1e-4, to: 3.2e+5}, weight_decay: [0, 1e-4, 1e-3, 1e-2, 1e-1]}
  - {name: adaiw, learning_rate: {per_decade: 2, from: 1e-4, to: 3.2e+5}, weight_decay: [0, 1e-4, 1e-3, 1e-2, 1e-1]}
  - {name: adam, label: adam-slow, beta2: 0.99999, learning_rate: {per_decade: 2, from: 1e-4, to: 3.2e+5}, weight_decay: [0, 1e-4, 1e-3, 1e-2, 1e-1]}
"""


@pytest.fixture(scope="session")
def thousands(inertia, tmp_path_factory):
    """A results folder with the study interop-thousands, 3,000 cells."""
    folder = tmp_path_factory.mktemp("thousands")
    study = folder / "thousands.yaml"
    study.write_text(THOUSANDS)
    subprocess.run([inertia, "run", study, "--results", folder], check=True)
    return folder
