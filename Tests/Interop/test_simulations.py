"""Records of simulations: what xarray sees in them, their digest computed anew from the documented format, and escapes from
a network's minimum beside PyTorch's."""

import csv
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
    return recorded(inertia, tmp_path_factory.mktemp("escapes"), NETWORK, "escape")


def recorded(inertia, folder, study, measurement):
    (folder / "study.yaml").write_text(study)
    subprocess.run([inertia, "run", folder / "study.yaml", "--results", folder], check=True)
    found = {}
    for path in folder.glob("cells/*/*.h5"):
        with h5py.File(path) as file:
            cell = json.loads(file.attrs["cell"])
            group = file["measurements"][measurement]
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


SADDLE = """
study: interop-network-saddle
kind: saddle
dataset: {name: fashion-mnist, train: 60, test: 1}
saddle:
  loss: network
  hidden: 4
  pool: 7
  l2: 0.01
  descent: 8000
  directions: [1, 2, 30, -2, -1]
  batch: [4, 7]
  times: [1, 4, 25]
  warmup: 6
  replicas: 10
seeds: [3]
optimizers:
  - {name: sgd, learning_rate: 0.1, weight_decay: 0}
  - {name: momentum, learning_rate: 0.005, weight_decay: 0, momentum: 0.9}
  - {name: adam, learning_rate: 0.01, weight_decay: 0}
"""


@pytest.fixture(scope="module")
def saddle_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("saddles")


@pytest.fixture(scope="module")
def saddles(inertia, saddle_folder):
    """What left a network's saddle recorded, by optimizer."""
    return recorded(inertia, saddle_folder, SADDLE, "saddle")


def test_a_network_has_a_saddle_where_pytorch_finds_one(saddles):
    """The gradient is none, and eigenvalues and the noise along eigenvectors are PyTorch's."""
    cell, found = saddles["sgd"]
    network = SmallNetwork(cell)
    theta = torch.from_numpy(found["saddle"]).requires_grad_()
    loss = network.loss(theta)
    (gradient,) = torch.autograd.grad(loss, theta)
    assert loss.item() == pytest.approx(found["saddle_loss"].item(), rel=1e-13)
    assert gradient.norm().item() < 2e-10 and found["gradient_norm"] < 1e-10
    values, vectors = eigenpairs(network, theta)
    np.testing.assert_allclose(found["curvature"], values, rtol=0, atol=1e-12 * values.max().item())
    assert (values < 0).sum() == 1
    images = torch.arange(cell["dataset"]["train"])
    slopes = torch.stack([torch.autograd.grad(network.loss(theta, image.view(1)), theta)[0] for image in images]) @ vectors
    # Of a repeated eigenvalue every basis is one of eigenvectors.
    alone = (values.diff() > 1e-6).numpy()
    alone = np.append(True, alone) & np.append(alone, True)
    assert alone.sum() > len(values) / 2
    np.testing.assert_allclose(found["noise"][alone], slopes.var(0, correction=0)[alone], rtol=1e-6)
    chosen = [place - 1 if place > 0 else place for place in cell["simulation"]["directions"]]
    np.testing.assert_array_equal(found["direction"], found["curvature"][chosen])
    assert alone[chosen].all()


def test_the_table_has_the_solution_for_the_quadratic(saddles, saddle_folder):
    """θ ← (1 − ηH) θ − η ξ from θ = 0, the variance of ξ being the noise over B."""
    cell, found = saddles["sgd"]
    with (saddle_folder / "interop-network-saddle/tables/saddle.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "sgd"]
    rate = cell["optimizer"]["learning_rate"]
    for row in rows:
        place = np.abs(found["curvature"] - float(row["curvature"])).argmin()
        curvature, noise = found["curvature"][place], found["noise"][place] / float(row["batch"])
        square = 0
        for _ in range(int(row["time"])):
            square = (1 - rate * curvature) ** 2 * square + rate**2 * noise
        assert float(row["reference"]) == pytest.approx(square, rel=1e-5) and row["is_exact"] == "linearised"
        assert float(row["noise"]) == pytest.approx(noise, rel=1e-5)
    assert len({row["curvature"] for row in rows}) == len(cell["simulation"]["directions"])


def eigenpairs(network, theta):
    return torch.linalg.eigh(torch.autograd.functional.hessian(network.loss, theta.detach()))


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_displacements_from_a_saddle_are_those_of_pytorch(saddles, name):
    """Torch's optimizers from the saddle, along the mini-batches of the documented streams."""
    cell, found = saddles[name]
    network, keys = SmallNetwork(cell), cell["simulation"]
    start = torch.from_numpy(found["saddle"])
    _, vectors = eigenpairs(network, start)
    axes = vectors[:, [place - 1 if place > 0 else place for place in keys["directions"]]]
    replicas, count, last = keys["replicas"], cell["dataset"]["train"], keys["times"][-1]
    for point, batch in enumerate(keys["batch"]):
        words = replica_words(cell["seeds"]["init"], point, replicas, (keys["warmup"] + last) * batch)
        drawn = torch.from_numpy((words.astype(np.uint64) * np.uint64(count) >> np.uint64(32)).astype(np.int64))
        phi = torch.zeros(replicas, len(start), dtype=torch.float64, requires_grad=True)
        optimizer = OPTIMIZERS[name](phi, cell["optimizer"])
        for step in range(keys["warmup"] + last):
            optimizer.zero_grad()
            network.loss(start + phi, drawn[:, step * batch : (step + 1) * batch]).sum().backward()
            optimizer.step()
            now = step + 1 - keys["warmup"]
            if now <= 0:
                phi.data.zero_()
            if now == 0:
                state = optimizer.state[phi]
                momentum = state.get("momentum_buffer", state.get("exp_avg"))
                momentum = None if momentum is None else (momentum @ axes).clone()
            if now in keys["times"]:
                time = keys["times"].index(now)
                displacement = phi.detach() @ axes
                squares = displacement**2
                np.testing.assert_allclose(found["mean_square"][point, time], squares.mean(0), rtol=1e-9)
                error = squares.std(0, correction=0) / math.sqrt(replicas)
                np.testing.assert_allclose(found["standard_error"][point, time], error, rtol=1e-8)
                if momentum is None:
                    assert np.isnan(found["drift"]).all()
                else:
                    drift = (displacement * momentum).mean(0) ** 2 / (momentum**2).mean(0)
                    np.testing.assert_allclose(found["drift"][point, time], drift, rtol=1e-7)


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
