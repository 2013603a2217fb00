"""Why gradient noise is not proportional to the Hessian at initialisation: Figure 1's numbers taken apart, in PyTorch.

    inertia run studies/cpu/figure1.yaml
    .venv/bin/python scripts/figure1.py results

Writes results/figure1/gauss-newton.csv. The networks, images and parameters are those of studies/cpu/figure1.yaml, from its
seeds at initialisation and from the records of the trained ones. With softmax and cross-entropy H = G + R: G = E[Jᵀ (diag p − p pᵀ) J] is the generalised
Gauss–Newton matrix, and also the second moment of the gradients if labels were drawn from the network's own
probabilities p. C is the exact covariance of one image's gradient with its true label, S = C + g gᵀ its second moment.
For pairs of 40 random parameters, of all layers or of one, and along the 20 top eigenvectors of H, each row has the
correlation and slope of one of these against another; `sum_…` is the sum of one over those eigenvectors.
"""

import csv
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Interop"))

import h5py
import numpy as np
import scipy.sparse.linalg
import torch
from torch.func import functional_call, jacrev, vmap
from torch.nn import functional as F

import fashion_mnist
import torch_networks
from streams import RandomStream

IMAGES, PARAMETERS, TOP, CHUNK = 500, 40, 20, 25
COMPARED = ("CH", "CG", "SG", "GH")
PAIRS = np.triu_indices(PARAMETERS)


def network_of(source):
    """A network, of a seed or of a record, with the seed."""
    module = torch_networks.mlp([100, 100])
    if isinstance(source, int):
        torch_networks.initialize(module, source)
        return module.double(), source
    with h5py.File(source) as file:
        weights = file["weights"]
        module.load_state_dict({
            name: torch.from_numpy(weights[name.rpartition(".")[0]][name.rpartition(".")[2]][()])
            for name in weights.attrs["tensors"]})
        return module.double(), json.loads(file.attrs["cell"])["seeds"]["init"]


def product_of(module, images, labels):
    parameters = list(module.parameters())
    gradient = torch.autograd.grad(F.cross_entropy(module(images), labels), parameters, create_graph=True)
    flat = torch.cat([part.reshape(-1) for part in gradient])

    def product(vector):
        found = torch.autograd.grad(flat, parameters, torch.as_tensor(vector.reshape(-1)), retain_graph=True)
        return torch.cat([part.reshape(-1) for part in found]).numpy()

    return product, len(flat)


def logit_gradients(module, images, chosen, vectors):
    """The logits' gradients of each image, at the chosen parameters and along the vectors: image × class × number."""
    parameters = {name: each.detach() for name, each in module.named_parameters()}

    def logits(parameters, image):
        return functional_call(module, parameters, (image[None],))[0]

    rows = []
    for chunk in images.split(CHUNK):
        found = vmap(jacrev(logits), (None, 0))(parameters, chunk)
        flat = torch.cat([found[name].flatten(2) for name in parameters], 2)
        rows.append(torch.cat([flat[..., chosen], flat @ vectors], 2))
    return torch.cat(rows).numpy()


def moments(jacobian, p, labels):
    """G, S and C of the numbers."""
    mean = np.einsum("ic,icn->in", p, jacobian)
    gauss_newton = np.einsum("ic,icn,icm->nm", p, jacobian, jacobian, optimize=True) / len(p) - mean.T @ mean / len(p)
    gradients = mean - jacobian[np.arange(len(p)), labels]
    second = gradients.T @ gradients / len(p)
    average = gradients.mean(0)
    return {"G": gauss_newton, "S": second, "C": second - np.outer(average, average)}


def row(values):
    found = {}
    for y, x in COMPARED:
        found[f"pearson_{y}{x}"] = f"{np.corrcoef(values[x], values[y])[0, 1]:.4f}"
        found[f"slope_{y}{x}"] = f"{np.polyfit(values[x], values[y], 1)[0]:.4f}"
    return found


def look(source, images, labels):
    """The rows of a network, of a seed or of a record."""
    module, seed = network_of(source)
    about = {"weights": "initial" if isinstance(source, int) else "trained", "seed": seed}
    product, count = product_of(module, images, labels)
    ends = np.cumsum([each.numel() for each in module.parameters()])
    layers = {"fc1": (0, ends[1]), "fc2": (ends[1], ends[3]), "fc3": (ends[3], ends[5])}
    order = np.array(RandomStream(seed, "batches").permutation(count))
    samples = {"all": np.sort(order[:PARAMETERS])}
    for layer, (start, end) in layers.items():
        samples[layer] = np.sort(order[(order >= start) & (order < end)][:PARAMETERS])
    values, vectors = scipy.sparse.linalg.eigsh(
        scipy.sparse.linalg.LinearOperator((count, count), matvec=product, dtype=float), k=TOP, which="LA", tol=1e-6,
        v0=np.ones(count))
    chosen = np.concatenate(list(samples.values()))
    jacobian = logit_gradients(module, images, torch.from_numpy(chosen), torch.from_numpy(vectors))
    with torch.no_grad():
        p = module(images).softmax(1).numpy()
    found = moments(jacobian, p, labels.numpy())
    for number, (name, elements) in enumerate(samples.items()):
        place = np.arange(number * PARAMETERS, (number + 1) * PARAMETERS)
        hessian = np.empty((PARAMETERS, PARAMETERS))
        for index, element in enumerate(elements):
            unit = np.zeros(count)
            unit[element] = 1
            hessian[index] = product(unit)[elements]
        yield {**about, "along": f"parameters of {name}", **row({
            "H": hessian[PAIRS], **{key: value[np.ix_(place, place)][PAIRS] for key, value in found.items()}})}
    top = {"H": values, **{key: np.diag(value)[-TOP:] for key, value in found.items()}}
    yield {**about, "along": "eigenvectors", **row(top), **{f"sum_{key}": f"{top[key].sum():.4f}" for key in "HGSC"}}


def main(results):
    torch.set_num_threads(1)
    pixels, labels = fashion_mnist.images("train", IMAGES, 0.286, 0.353)
    ids = [each.split()[0] for each in pathlib.Path(results, "figure1", "digests.txt").read_text().splitlines()]
    records = [pathlib.Path(results, "cells", each[:2], f"{each}.h5") for each in ids]
    with pathlib.Path(results, "figure1", "gauss-newton.csv").open("w", newline="") as file:
        columns = [f"{kind}_{pair}" for pair in COMPARED for kind in ("pearson", "slope")]
        writer = csv.DictWriter(file, ["weights", "seed", "along", *columns, *(f"sum_{key}" for key in "HGSC")],
                                lineterminator="\n")
        writer.writeheader()
        for source in [*range(len(records)), *records]:
            print(f"{source} …", file=sys.stderr, flush=True)
            writer.writerows(look(source, torch.from_numpy(pixels), torch.from_numpy(labels)))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "results")
