"""The largest eigenvalues of a trained network's Hessian, over PyTorch's double backward products.

    python peers/spectrum.py RECORD IMAGES PRECISION lanczos TOP TOLERANCE
    python peers/spectrum.py RECORD IMAGES PRECISION power TOP SECONDS
    python peers/spectrum.py RECORD IMAGES PRECISION products COUNT

A product is PyHessian's over a data loader (Yao et al. 2020): for each batch the loss, its gradient with a graph, and the
gradient of that along the vector. Its batch is the fastest of three here. `power` is how PyHessian finds eigenvalues, one
after the other, each by power iteration until it changes by less than 10⁻³ of itself, at most 100 times; stopped after so many
seconds with what it has. `lanczos` is Lanczos with full reorthogonalisation, until the residual of each eigenvalue is at most
TOLERANCE times the largest. `products` multiplies only. PRECISION is `float32`, PyHessian's, or `float64`. RECORD is one
of ours. It answers with a line of JSON: eigenvalues, how many products they took, the seconds without starting Python, and
the batch.
"""

import json
import sys
import time

import h5py
import numpy as np
import scipy.linalg
import torch
from torch.nn import functional as F

import fashion_mnist
import torch_networks

CHECK_EVERY = 5
# PyHessian's own, as its eigenvalues() has them.
ITERATIONS, CHANGE = 100, 1e-3


def load(record, count, precision):
    with h5py.File(record) as file:
        module = torch_networks.make("lenet", (1, 28, 28))
        weights = file["weights"]
        module.load_state_dict({
            name: torch.from_numpy(weights[name.rpartition(".")[0]][name.rpartition(".")[2]][()])
            for name in weights.attrs["tensors"]
        }, strict=False)
        dataset = json.loads(file.attrs["cell"])["dataset"]
    pixels, labels = fashion_mnist.images("train", count, dataset["mean"][0], dataset["sd"][0])
    return module.to(precision).eval(), torch.from_numpy(pixels).to(precision), torch.from_numpy(labels)


class Hessian:
    def __init__(self, network, images, labels):
        self.network, self.images, self.labels, self.products = network, images, labels, 0
        self.parameters = list(network.parameters())
        self.size = sum(each.numel() for each in self.parameters)
        self.batch = None

    def product(self, vector, count=None):
        """H times a vector of float64; of the first so many images only, if they are given."""
        self.products += 1
        count = count or len(self.labels)
        pieces, start = [], 0
        for each in self.parameters:
            piece = torch.from_numpy(vector[start:start + each.numel()]).to(each.dtype)
            pieces.append(piece.reshape(each.shape))
            start += each.numel()
        total = np.zeros(self.size)
        for first in range(0, count, self.batch):
            part = slice(first, min(first + self.batch, count))
            loss = F.cross_entropy(self.network(self.images[part]), self.labels[part], reduction="sum") / count
            gradient = torch.autograd.grad(loss, self.parameters, create_graph=True)
            found = torch.autograd.grad(gradient, self.parameters, grad_outputs=pieces)
            total += torch.cat([each.reshape(-1) for each in found]).double().numpy()
        return total

    def choose_batch(self):
        vector, seconds = np.ones(self.size), {}
        for batch in (64, 128, 512):
            self.batch = batch
            count = min(512, len(self.labels))
            self.product(vector, count)
            start = time.perf_counter()
            self.product(vector, count)
            seconds[batch] = time.perf_counter() - start
        self.batch, self.products = min(seconds, key=seconds.get), 0


def largest(hessian, top, tolerance):
    draw = np.random.default_rng(0)
    basis = np.empty((0, hessian.size))
    vector = draw.standard_normal(hessian.size)
    vector /= np.linalg.norm(vector)
    diagonal, beside = [], []
    while True:
        basis = np.vstack([basis, vector])
        image = hessian.product(vector)
        diagonal.append(vector @ image)
        for _ in range(2):
            image -= basis.T @ (basis @ image)
        norm = np.linalg.norm(image)
        if len(diagonal) >= top and len(diagonal) % CHECK_EVERY == 0:
            values, vectors = scipy.linalg.eigh_tridiagonal(np.array(diagonal), np.array(beside))
            if (norm * abs(vectors[-1, -top:]) <= tolerance * values[-1]).all():
                return values[::-1][:top]
        beside.append(norm)
        vector = image / norm


def one_by_one(hessian, top, seconds):
    draw = np.random.default_rng(0)
    vectors, values = np.empty((0, hessian.size)), []
    start = time.perf_counter()
    while len(values) < top:
        vector, value = draw.standard_normal(hessian.size), None
        for _ in range(ITERATIONS):
            if time.perf_counter() - start > seconds:
                return values
            vector -= vectors.T @ (vectors @ vector)
            vector /= np.linalg.norm(vector)
            image = hessian.product(vector)
            before, value = value, vector @ image
            vector = image / np.linalg.norm(image)
            if before is not None and abs(before - value) / (abs(before) + 1e-6) < CHANGE:
                break
        values.append(value)
        vectors = np.vstack([vectors, vector])
    return values


def only_products(hessian, count):
    vector = np.ones(hessian.size) / np.sqrt(hessian.size)
    for _ in range(count):
        vector = hessian.product(vector)
        vector /= np.linalg.norm(vector)
    return []


def main(record, count, precision, method, *numbers):
    torch.set_num_threads(1)
    hessian = Hessian(*load(record, int(count), getattr(torch, precision)))
    hessian.choose_batch()
    start = time.perf_counter()
    if method == "lanczos":
        values = largest(hessian, int(numbers[0]), float(numbers[1]))
    elif method == "power":
        values = one_by_one(hessian, int(numbers[0]), float(numbers[1]))
    else:
        values = only_products(hessian, int(numbers[0]))
    print(json.dumps({"eigenvalues": list(values), "products": hessian.products, "batch": hessian.batch,
                      "seconds": time.perf_counter() - start}))


main(*sys.argv[1:])
