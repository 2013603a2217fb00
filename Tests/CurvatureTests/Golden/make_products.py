"""Makes products.json: products of Hessians with vectors, by PyTorch's double autograd in float64.

    python Tests/CurvatureTests/Golden/make_products.py

    {"torch": version, "cases": {name: {"loss": L, "norm": |Hv|, "gradient": [...], "product": [...]}},
     "spectra": {"small": {"values": [...], "trace": t}, "lenet": {"values": [...]}}}

The networks are those of Tests/CurvatureTests/Cases.swift, in evaluation mode, or where the name ends in
"-training" in training mode. L is the mean loss of N images; "gradient" and "product" hold every step-th element
of the flat gradient and of H v, step = max(1, n // 100).

Of "spectra", "small" has the 20 largest eigenvalues and the trace of the dense Hessian of an mlp of 1,236
parameters (72-16-4, 24 images of 2 x 6 x 6), by NumPy's eigvalsh; "lenet" the 20 largest of the case of that name, by
SciPy's eigsh over PyTorch's products.

Element k (from 0) of the flat tensor number s is

    v(s, k) = ((k * 7919 + s * 104729) mod 2003) / 1001.0 - 1

Parameter tensor number t (in the network's order) is scale * v(t, k), scale being 2 / sqrt(fan in) of a weight of a
linear or convolutional layer, 0.3 of a bias, and 1 + 0.3 v of a normalisation's weight; the direction is v(100 + t, k). The
running mean of normalisation number t is 0.2 v(300 + t, k), its running variance 1.3 + 0.5 v(400 + t, k). The
images are v(200, k) over N x channels x height x width, the labels (7 k + 3) mod classes.
"""

import json
import pathlib
import sys

import numpy as np
import scipy.sparse.linalg
import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "Interop"))
import torch_networks  # noqa: E402


def values(s, *shape):
    count = torch.Size(shape).numel()
    numbers = (torch.arange(count) * 7919 + s * 104729) % 2003
    return (numbers.to(torch.float64) / 1001.0 - 1).reshape(shape)


class Fork(nn.Module):
    """Two branches of the same images, joined by a function."""

    def __init__(self, first, second, join):
        super().__init__()
        self.first, self.second, self.join = first, second, join

    def forward(self, x):
        return self.join(self.first(x), self.second(x))


def head(*layers, inputs, first=True):
    start = [nn.Conv2d(2, 5, 3, padding=1)] if first else []
    return nn.Sequential(*start, *layers, nn.Flatten(), nn.Linear(inputs, 4))


class Reuse(nn.Module):
    """A signal that three layers read, one of them twice."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(2, 5, 3, padding=1), nn.Conv2d(5, 5, 1)
        self.fc = nn.Linear(5 * 36, 4)

    def forward(self, x):
        y = self.conv1(x)
        y = (y + y) + (self.conv2(y) + F.relu(y))
        return self.fc(y.flatten(1))


def layers():
    yield "linear", nn.Sequential(nn.Flatten(), nn.Linear(72, 9), nn.ReLU(), nn.Linear(9, 4))
    yield "convolution", head(nn.ReLU(), nn.Conv2d(5, 3, 3, stride=2, padding=1), inputs=27)
    yield "no-bias", head(nn.ReLU(), nn.Conv2d(5, 9, 2, bias=False), inputs=225)
    yield "max-pool", head(nn.MaxPool2d(2), inputs=45)
    yield "max-pool-padded", head(nn.MaxPool2d(3, 2, 1), inputs=45)
    yield "average-pool", head(nn.ReLU(), nn.AvgPool2d(3, 2, 1), inputs=45)
    yield "global-average", head(nn.ReLU(), nn.AdaptiveAvgPool2d(1), inputs=5)
    yield "batch-norm", head(nn.BatchNorm2d(5), nn.ReLU(), inputs=180)
    yield "batch-norm-first", nn.Sequential(
        nn.BatchNorm2d(2), nn.Conv2d(2, 5, 3, padding=1), nn.Flatten(), nn.Linear(180, 4)
    )
    yield "dropout", head(nn.Dropout(0.5), inputs=180)
    yield "add", nn.Sequential(
        Fork(nn.Identity(), nn.Conv2d(2, 2, 3, padding=1), torch.add), nn.Flatten(), nn.Linear(72, 4)
    )
    join = lambda a, b: torch.cat([a, b], 1)  # noqa: E731
    yield "concatenate", nn.Sequential(
        Fork(nn.Identity(), nn.Conv2d(2, 3, 3, padding=1), join), nn.Flatten(), nn.Linear(180, 4)
    )
    yield "reuse", Reuse()


def networks():
    for name, module in layers():
        yield name, module, 6, (2, 6, 6), 4
    yield "mlp", torch_networks.mlp([30, 20]), 20, (1, 28, 28), 10
    yield "lenet", torch_networks.LeNet(), 20, (1, 28, 28), 10
    yield "resnet8", torch_networks.ResNet([1, 1, 1], 16, channels=3), 6, (3, 16, 16), 10


def prepare(module):
    for t, parameter in enumerate(module.parameters()):
        value = values(t, *parameter.shape)
        normal = parameter.dim() == 1 and any(
            isinstance(m, nn.BatchNorm2d) and m.weight is parameter for m in module.modules()
        )
        if parameter.dim() > 1:
            value = value * 2 / parameter[0].numel() ** 0.5
        else:
            value = 1 + 0.3 * value if normal else 0.3 * value
        parameter.data = value
    norms = [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]
    for t, norm in enumerate(norms):
        norm.running_mean = 0.2 * values(300 + t, norm.num_features)
        norm.running_var = 1.3 + 0.5 * values(400 + t, norm.num_features)
    return bool(norms)


def operator(module, count, shape, classes):
    """The product with the Hessian, as a function of flat arrays, and their length."""
    module.double().eval()
    parameters = list(module.parameters())
    labels = (7 * torch.arange(count) + 3) % classes
    loss = F.cross_entropy(module(values(200, count, *shape)), labels)
    gradients = torch.autograd.grad(loss, parameters, create_graph=True)
    gradient = torch.cat([x.reshape(-1) for x in gradients])

    def product(vector):
        found = torch.autograd.grad(
            gradient, parameters, torch.as_tensor(vector.reshape(-1)), retain_graph=True
        )
        return torch.cat([x.reshape(-1) for x in found]).numpy()

    return product, len(gradient)


def spectra():
    small = torch_networks.mlp([16], inputs=72, classes=4)
    prepare(small)
    product, n = operator(small, 24, (2, 6, 6), 4)
    dense = np.stack([product(row) for row in np.eye(n)])
    lenet = torch_networks.LeNet()
    prepare(lenet)
    apply, m = operator(lenet, 20, (1, 28, 28), 10)
    linear = scipy.sparse.linalg.LinearOperator((m, m), matvec=apply, dtype=np.float64)
    top = scipy.sparse.linalg.eigsh(
        linear, k=20, which="LA", tol=1e-10, v0=np.ones(m), return_eigenvectors=False
    )
    return {
        "small": {
            "values": np.linalg.eigvalsh((dense + dense.T) / 2)[::-1][:20].tolist(),
            "trace": np.trace(dense).item(),
        },
        "lenet": {"values": sorted(top.tolist(), reverse=True)},
    }


def case(module, count, shape, classes, training):
    module.double().train(training)
    parameters = list(module.parameters())
    labels = (7 * torch.arange(count) + 3) % classes
    loss = F.cross_entropy(module(values(200, count, *shape)), labels)
    gradients = torch.autograd.grad(loss, parameters, create_graph=True)
    direction = [values(100 + t, *p.shape) for t, p in enumerate(parameters)]
    product = torch.autograd.grad(gradients, parameters, direction)
    gradient, product = (
        torch.cat([x.reshape(-1) for x in xs]).detach() for xs in (gradients, product)
    )
    step = max(1, len(product) // 100)
    return {
        "loss": loss.item(),
        "norm": product.norm().item(),
        "gradient": gradient[::step].tolist(),
        "product": product[::step].tolist(),
    }


def products():
    cases = {}
    for name, module, count, shape, classes in networks():
        has_norms = prepare(module)
        cases[name] = case(module, count, shape, classes, False)
        if has_norms:
            prepare(module)
            cases[f"{name}-training"] = case(module, count, shape, classes, True)
    return cases


def main():
    text = json.dumps(
        {"torch": torch.__version__, "cases": products(), "spectra": spectra()}, indent=0
    )
    (HERE / "products.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
