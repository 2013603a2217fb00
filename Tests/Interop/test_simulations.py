"""Records of simulations: what xarray sees in them, their digest computed anew from the documented format, and escapes from
a network's minimum beside PyTorch's."""

import hashlib
import json
import math
import struct
import subprocess

import fashion_mnist
import h5py
import numpy as np
import pytest
import streams
import torch
import xarray

STUDY = """
study: interop-saddle
kind: saddle
saddle: {curvatures: [-0.5, 0.1], batch: [4, 16], times: [1, 10, 50], warmup: 20, replicas: 3000}
seeds: [0]
optimizers:
  - {name: sgd, learning_rate: 0.1, weight_decay: 0}
  - {name: momentum, learning_rate: 0.01, weight_decay: 0}
"""


@pytest.fixture(scope="module")
def simulated(inertia, tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulations")
    (folder / "study.yaml").write_text(STUDY)
    subprocess.run([inertia, "run", folder / "study.yaml", "--results", folder], check=True)
    paths = sorted(folder.glob("cells/*/*.h5"))
    assert len(paths) == 2
    return paths


def text(value):
    return struct.pack("<I", len(value.encode())) + value.encode()


def doubles(values):
    values = np.asarray(values, "<f8")
    bits = values.ravel().view("<u8").copy()
    bits[np.isnan(values).ravel()] = 0x7FF8000000000000
    return bits.tobytes()


def measurements_sha256(file):
    run = b""
    for name in file["measurements"].attrs["names"]:
        group = file["measurements"][name]
        facts = sorted((key[5:], value) for key, value in group.attrs.items()
                       if key.startswith("fact_"))
        run += text(name) + struct.pack("<I", len(facts))
        run += b"".join(text(key) + text(value) for key, value in facts)
        run += struct.pack("<I", len(group.attrs["dimensions"]))
        for dimension in group.attrs["dimensions"]:
            values = group[dimension][()]
            run += text(dimension) + text(group[dimension].attrs["units"])
            run += struct.pack("<Q", len(values)) + doubles(values)
        run += struct.pack("<I", len(group.attrs["variables"]))
        for variable in group.attrs["variables"]:
            attributes = group[variable].attrs
            run += text(variable) + text(attributes["units"])
            run += struct.pack("<I", len(attributes["dimensions"]))
            run += b"".join(text(dimension) for dimension in attributes["dimensions"])
            run += doubles(group[variable][()])
    return hashlib.sha256(run).hexdigest()


def test_the_digest_is_as_documented(simulated):
    for path in simulated:
        with h5py.File(path) as file:
            run = text("completed") + struct.pack("<IQQ", 0, 0, 0)
            run += text(measurements_sha256(file))
            assert file.attrs["metrics_sha256"] == hashlib.sha256(run).hexdigest()
            assert file.attrs["weights_sha256"] == "-"


def test_a_measurement_opens_with_xarray(simulated):
    for path in simulated:
        with xarray.open_dataset(path, group="measurements/saddle", engine="h5netcdf") as data:
            assert data.mean_square.dims == ("batch", "time", "direction")
            assert data.direction.values.tolist() == [-0.5, 0.1]
            # Noise is |H|/B, so the displacement along a direction falls as 1/B.
            ratio = data.mean_square.sel(batch=4, time=1) / data.mean_square.sel(batch=16, time=1)
            assert np.allclose(ratio, 4, rtol=0.3)


NETWORK = """
study: interop-network-escape
kind: escape
dataset: {name: fashion-mnist, train: 60, test: 1}
escape:
  valley: network
  hidden: 4
  pool: 7
  l2: 0.01
  descent: 8000
  threshold: 0.03
  every: 3
  sharpness: [3, 1.5]
  batch: [4, 7]
  limit: 300
  replicas: 10
seeds: [3]
optimizers:
  - {name: sgd, learning_rate: 0.1, weight_decay: 0}
  - {name: momentum, learning_rate: 0.005, weight_decay: 0, momentum: 0.9}
  - {name: adam, learning_rate: 0.01, weight_decay: 0}
"""


@pytest.fixture(scope="module")
def escapes(inertia, tmp_path_factory):
    """What escapes from a network's minimum recorded, by optimizer."""
    folder = tmp_path_factory.mktemp("escapes")
    (folder / "study.yaml").write_text(NETWORK)
    subprocess.run([inertia, "run", folder / "study.yaml", "--results", folder], check=True)
    found = {}
    for path in folder.glob("cells/*/*.h5"):
        with h5py.File(path) as file:
            cell = json.loads(file.attrs["cell"])
            group = file["measurements/escape"]
            found[cell["optimizer"]["name"]] = cell, {name: group[name][()] for name in group}
    assert len(found) == 3
    return found


class SmallNetwork:
    """One hidden layer of hyperbolic tangents, with PyTorch; parameters (..., count)."""

    def __init__(self, cell):
        escape, dataset = cell["simulation"], cell["dataset"]
        images, labels = fashion_mnist.images(
            "train", dataset["train"], dataset["mean"][0], dataset["sd"][0])
        pool, side = escape["pool"], 28 // escape["pool"]
        pooled = images[:, 0].reshape(-1, side, pool, side, pool).mean((2, 4))
        self.x = torch.from_numpy(pooled.reshape(len(labels), -1))
        self.y = torch.from_numpy(labels)
        self.shapes = [(escape["hidden"], side * side), (escape["hidden"],), (10, escape["hidden"]), (10,)]
        self.l2 = escape["l2"]

    def loss(self, theta, chosen=None):
        """The mean loss over the images, or over those that `chosen` (replica, image) names; with its L2 term."""
        x, y = (self.x, self.y) if chosen is None else (self.x[chosen], self.y[chosen])
        parts = theta.split([math.prod(shape) for shape in self.shapes], dim=-1)
        w1, b1, w2, b2 = (part.reshape(theta.shape[:-1] + shape) for part, shape in zip(parts, self.shapes, strict=True))
        hidden = torch.tanh(x @ w1.mT + b1.unsqueeze(-2))
        logits = hidden @ w2.mT + b2.unsqueeze(-2)
        rows = torch.log_softmax(logits, dim=-1)
        return -rows.gather(-1, y.expand(rows.shape[:-1]).unsqueeze(-1)).mean((-2, -1)) + self.l2 / 2 * (theta**2).sum(-1)


def test_a_network_is_left_from_where_pytorch_finds_a_minimum(escapes):
    cell, found = escapes["sgd"]
    network = SmallNetwork(cell)
    theta = torch.from_numpy(found["minimum"]).requires_grad_()
    loss = network.loss(theta)
    (gradient,) = torch.autograd.grad(loss, theta)
    assert loss.item() == pytest.approx(found["minimum_loss"].item(), rel=1e-13)
    # Both are rounding's, at the end of the descent.
    assert gradient.norm().item() < 2e-6 and found["gradient_norm"] < 1e-6
    hessian = torch.autograd.functional.hessian(network.loss, theta.detach())
    assert torch.linalg.eigvalsh(hessian).min() > 0


OPTIMIZERS = {
    "sgd": lambda phi, keys: torch.optim.SGD([phi], lr=keys["learning_rate"]),
    "momentum": lambda phi, keys: torch.optim.SGD(
        [phi], lr=keys["learning_rate"], momentum=keys["momentum"], dampening=keys.get("dampening", 0)),
    "adam": lambda phi, keys: torch.optim.Adam(
        [phi], lr=keys["learning_rate"], betas=(keys["beta1"], keys["beta2"]), eps=keys["epsilon"]),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_escapes_from_a_network_are_those_of_pytorch(escapes, name):
    """f(θ* + √k φ) with torch's optimizers, along the mini-batches of the documented streams: the same exits."""
    cell, found = escapes[name]
    network, keys = SmallNetwork(cell), cell["simulation"]
    bottom, bound = torch.from_numpy(found["minimum"]), found["minimum_loss"].item() + keys["threshold"]
    replicas, count = keys["replicas"], cell["dataset"]["train"]
    steps = np.full((len(keys["sharpness"]), len(keys["batch"]), replicas), float(keys["limit"]))
    escaped = np.zeros_like(steps)
    points = [(k, b) for k in range(len(keys["sharpness"])) for b in range(len(keys["batch"]))]
    for point, (k, b) in enumerate(points):
        root, batch = math.sqrt(keys["sharpness"][k]), keys["batch"][b]
        words = replica_words(cell["seeds"]["init"], point, replicas, keys["limit"] * batch)
        drawn = torch.from_numpy((words.astype(np.uint64) * np.uint64(count) >> np.uint64(32)).astype(np.int64))
        phi = torch.zeros(replicas, len(bottom), dtype=torch.float64, requires_grad=True)
        optimizer = OPTIMIZERS[name](phi, cell["optimizer"])
        for now in range(1, keys["limit"] + 1):
            optimizer.zero_grad()
            network.loss(bottom + root * phi, drawn[:, (now - 1) * batch : now * batch]).sum().backward()
            optimizer.step()
            if now % keys["every"]:
                continue
            with torch.no_grad():
                outside = (network.loss(bottom + root * phi) > bound).numpy() & (escaped[k, b] == 0)
            steps[k, b, outside], escaped[k, b, outside] = now, 1
            if escaped[k, b].all():
                break
    np.testing.assert_array_equal(found["steps"], steps)
    np.testing.assert_array_equal(found["escaped"], escaped)
    assert escaped.any() and len(np.unique(steps)) > 5


def replica_words(seed, point, replicas, count):
    """The words of each replica's stream (Sources/Diffusion/NormalDeviates.swift), uint32 (replica, word)."""
    quads = (count + 3) // 4
    counter = np.zeros((replicas, quads, 4), dtype=np.uint32)
    counter[..., 0] = np.arange(replicas)[:, np.newaxis]
    counter[..., 1] = np.arange(quads)
    counter[..., 2], counter[..., 3] = point, streams.PURPOSES["diffusion"]
    return streams.philox(counter, (seed & streams.MASK, seed >> 32)).reshape(replicas, -1)[:, :count]
