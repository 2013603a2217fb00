"""What `measure:` keeps against PyTorch's double autograd over the weights of the same record, and SciPy's eigsh.

With --full, more images and eigenvalues, and batch normalisation with the running statistics too.
"""

import json
import subprocess

import h5py
import numpy as np
import pytest
import scipy.sparse.linalg
import torch
import xarray as xr
from torch.nn import functional as F

import fashion_mnist
import torch_networks

BATCH = 16
# Network, batch normalisation, images, eigenvalues.
QUICK = [("lenet", "evaluation", 32, 5), ("resnet8", "training", 32, 5)]
FULL = [("lenet", "evaluation", 256, 20), ("resnet8", "evaluation", 64, 5), ("resnet8", "training", 64, 5)]
STUDY = """
study: curvature-{network}
dataset: {{name: fashion-mnist, train: 512, test: 100}}
network: {{name: {network}}}
training: {{epochs: 1, batch: {batch}}}
seeds: [0]
optimizers: [{{name: momentum, learning_rate: 0.05, weight_decay: 5e-4}}]
measure:
  hessian: {{top: {top}, samples: {samples}, batch_norm: {mode}, trace: 2, at: [final]}}
"""


def product_of(network, images, labels, batch):
    """The product with the Hessian of the mean loss in batches, as a function of flat float64 arrays."""
    parameters = list(network.parameters())
    parts = []
    for start in range(0, len(labels), batch):
        part = slice(start, start + batch)
        loss = F.cross_entropy(network(images[part]), labels[part], reduction="sum") / len(labels)
        gradients = torch.autograd.grad(loss, parameters, create_graph=True)
        parts.append(torch.cat([g.reshape(-1) for g in gradients]))

    def product(vector):
        vector = torch.as_tensor(vector.reshape(-1))
        total = 0
        for gradient in parts:
            found = torch.autograd.grad(gradient, parameters, vector, retain_graph=True)
            total = total + torch.cat([g.reshape(-1) for g in found])
        return total.numpy()

    return product, len(parts[0])


@pytest.mark.parametrize("network, mode, samples, top", QUICK)
def test_eigenvalues_are_those_of_pytorchs_products(network, mode, samples, top, inertia, tmp_path):
    compare(network, mode, samples, top, inertia, tmp_path)


@pytest.mark.parametrize("network, mode, samples, top", FULL)
def test_more_eigenvalues_of_more_images(network, mode, samples, top, inertia, tmp_path, pytestconfig):
    if not pytestconfig.getoption("--full"):
        pytest.skip("make interop-curvature runs it")
    compare(network, mode, samples, top, inertia, tmp_path)


def compare(network, mode, samples, top, inertia, tmp_path):
    study = tmp_path / "study.yaml"
    study.write_text(STUDY.format(network=network, mode=mode, samples=samples, batch=BATCH, top=top))
    subprocess.run([inertia, "run", study, "--results", tmp_path], check=True)
    files = {}
    for path in (tmp_path / "measurements").rglob("*.h5"):
        with h5py.File(path) as file:
            (name,) = file["measurements"]
            files[name] = path
            assert json.loads(file.attrs["task"])["hessian"]["samples"] == samples
    assert sorted(files) == ["hessian_epoch_1"]
    found = xr.open_dataset(files["hessian_epoch_1"], group="measurements/hessian_epoch_1", engine="h5netcdf")
    assert found.eigenvalue.dims == ("rank",) and found.converged == 1

    (record,) = (tmp_path / "cells").rglob("*.h5")
    with h5py.File(record) as file:
        module = torch_networks.make(network, (1, 28, 28))
        weights = {
            name: torch.from_numpy(file["weights"][name.rpartition(".")[0]][name.rpartition(".")[2]][()])
            for name in file["weights"].attrs["tensors"]
        }
        module.load_state_dict(weights, strict=False)
        cell = json.loads(file.attrs["cell"])["dataset"]
    pixels, labels = fashion_mnist.images("train", samples, cell["mean"][0], cell["sd"][0])
    module.double().train(mode == "training")
    product, n = product_of(module, torch.from_numpy(pixels), torch.from_numpy(labels), BATCH)
    linear = scipy.sparse.linalg.LinearOperator((n, n), matvec=product, dtype=np.float64)
    expected = scipy.sparse.linalg.eigsh(
        linear, k=top, which="LA", tol=1e-7, v0=np.ones(n), return_eigenvectors=False
    )
    np.testing.assert_allclose(found.eigenvalue, np.sort(expected)[::-1], rtol=1e-4)
