"""What the checks share: the built `inertia`, and the results of small studies that it has run."""

import pathlib
import subprocess

import pytest

STUDY = """
study: interop-{network}
about: One cell for each optimizer, to be read from Python.
dataset: {{name: fashion-mnist, train: 2000, test: 10000}}
network: {{name: {network}}}
training: {{epochs: 2, batch: 64}}
seeds: [0]
optimizers:
  - {{name: adai, learning_rate: 0.3, weight_decay: 5e-4}}
  - {{name: momentum, learning_rate: 0.03, weight_decay: 5e-4}}
"""


def pytest_addoption(parser):
    parser.addoption("--inertia", default=".build/release/inertia", help="the built inertia")


@pytest.fixture(scope="session")
def inertia(pytestconfig):
    """The path of the executable."""
    path = pathlib.Path(pytestconfig.getoption("inertia")).resolve()
    assert path.exists(), f"there is no {path}: build it first"
    return path


@pytest.fixture(scope="session")
def results(inertia, tmp_path_factory):
    """A results folder with the studies interop-lenet and interop-resnet8, two cells each."""
    folder = tmp_path_factory.mktemp("results")
    for network in ("lenet", "resnet8"):
        study = folder / f"{network}.yaml"
        study.write_text(STUDY.format(network=network))
        subprocess.run([inertia, "run", study, "--results", folder], check=True)
    return folder
