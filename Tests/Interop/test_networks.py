"""Whole networks against PyTorch: outputs, losses, gradients and running statistics from the same weights.

Every network at a small width on small images, and, with --full, at the size the literature has it.
"""

import subprocess

import h5py
import numpy as np
import pytest
import torch
import torch_networks

# How far outputs and gradients may be from PyTorch's, in proportion to the largest of their tensor.
TOLERANCES = {"float32": (1e-4, 1e-3), "float64": (1e-9, 1e-8)}

# The shape of an image, how many classes, the width of the small relative, and the seed of the images.
#
# A ReLU's input or two elements of a pooling's window may be so near each other that rounding decides, and then
# float32 gradients are others, PyTorch's as well as ours. These seeds are of images where that does not
# happen to ours, which are the same on every machine.
SMALL = {
    "mlp": ((1, 9, 7), 10, None, 0),
    "lenet": ((1, 28, 28), 10, None, 0),
    "resnet8": ((1, 28, 28), 10, None, 0),
    "resnet18": ((3, 32, 32), 10, 8, 0),
    "resnet34": ((3, 32, 32), 100, 8, 0),
    "vgg16": ((3, 32, 32), 10, 8, 0),
    "densenet121": ((3, 32, 32), 100, 6, 2),
    "googlenet": ((3, 32, 32), 100, 24, 5),
    "resnet50": ((3, 64, 64), 20, 8, 14),
}
FULL = {
    "resnet18": ((3, 32, 32), 10, None, 1),
    "resnet34": ((3, 32, 32), 100, None, 1),
    "vgg16": ((3, 32, 32), 10, None, 1),
    "densenet121": ((3, 32, 32), 100, None, 0),
    "googlenet": ((3, 32, 32), 100, None, 0),
    "resnet50": ((3, 224, 224), 1000, None, 0),
}
# How many times PyTorch's own float32 error ours may have where rounding decides, as in the benchmarks.
ALLOWANCE = 10

# As published; GoogLeNet's and ResNet50's are those of the definitions.
COUNTS = {
    "resnet18": 11_173_962,
    "resnet34": 21_328_292,
    "vgg16": 14_728_266,
    "densenet121": 7_048_548,
    "googlenet": 6_258_500,
    "resnet50": 25_557_032,
}


def described(inertia, network, shape, classes, width):
    """The rows of `inertia describe network`: each node's name, in order; and the number of parameters."""
    command = [inertia, "describe", "network", network, "--classes", str(classes),
               "--input", "x".join(map(str, shape))]
    if width:
        command += ["--width", str(width)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in text.splitlines()[1:]]
    total = next(k for k, row in enumerate(rows) if row[0] == "total")
    return [row[0] for row in rows[:total]], int(rows[total][1])


def split(name):
    return name.rpartition(".")[::2]


def prepared(network, shape, classes, width, dtype, nodes):
    """A module whose weights and running statistics are far from those of a fresh one."""
    torch.manual_seed(7)
    module = torch_networks.make(network, shape, classes, width)
    for name, part in module.named_modules():
        if isinstance(part, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(part.weight, 0.5, 1.5)
            torch.nn.init.uniform_(part.bias, -0.2, 0.2)
            torch.nn.init.uniform_(part.running_mean, -0.2, 0.2)
            torch.nn.init.uniform_(part.running_var, 0.5, 1.5)
        if isinstance(part, torch_networks.StreamDropout):
            part.node = nodes.index(name)
    return module.to(dtype)


def tensors(module):
    found = dict(module.named_parameters())
    found |= {name: value for name, value in module.named_buffers() if "running" in name}
    return found


def distance(ours, theirs):
    """The largest difference, in proportion to the largest number of theirs."""
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape and np.isfinite(ours).all()
    return np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-30)


def gradients(module, images, labels):
    """The logits, the loss, and the gradient of each parameter, of a training pass."""
    logits = module.train()(images)
    loss = torch.nn.functional.cross_entropy(logits, labels)
    module.zero_grad()
    loss.backward()
    return logits, loss, {name: p.grad.numpy().copy() for name, p in module.named_parameters()}


def total(ours, exact):
    """The difference of two gradients, in proportion to the length of the second."""
    difference = sum(np.square(ours[name] - exact[name]).sum() for name in exact)
    return np.sqrt(difference / sum(np.square(value).sum() for value in exact.values()))


def check(inertia, folder, network, case, precision, count=4, whole=False):
    shape, classes, width, seed = case
    dtype = getattr(torch, precision)
    nodes, parameters = described(inertia, network, shape, classes, width)
    module = prepared(network, shape, classes, width, dtype, nodes)
    assert sum(p.numel() for p in module.parameters()) == parameters
    if width is None and network in COUNTS:
        assert parameters == COUNTS[network]
    torch.manual_seed(seed)
    images = torch.randn(count, *shape).to(dtype)
    labels = torch.randint(min(classes, 256), (count,))
    with h5py.File(folder / "input.h5", "w") as file:
        file["images"] = images.numpy()
        file["labels"] = labels.numpy().astype(np.int32)
        for name, tensor in tensors(module).items():
            file["/".join(["weights", *split(name)])] = tensor.detach().numpy()
    command = [inertia, "benchmark", "pass", "--network", network, "--classes", str(classes)]
    if width:
        command += ["--width", str(width)]
    subprocess.run([*command, folder / "input.h5", folder / "output.h5"], check=True)

    # The exact result: float32 is held against the same weights and images in float64.
    start = {name: value.clone() for name, value in module.state_dict().items()}
    single = gradients(module, images, labels)[2]
    module.load_state_dict(start)
    exact = module.double()
    with torch.no_grad():
        evaluation = exact.eval()(images.double())
    logits, loss, gradient = gradients(exact, images.double(), labels)
    near_output, near_gradient = TOLERANCES[precision]
    with h5py.File(folder / "output.h5") as file:
        assert distance(file["evaluation"][()], evaluation) < near_output
        assert distance(file["logits"][()], logits) < near_output
        assert abs(file["loss"][0] - loss.item()) < near_output * max(1, loss.item())
        found = {name: file["/".join(["gradients", *split(name)])][()] for name in gradient}
        assert all(found[name].shape == gradient[name].shape for name in gradient)
        if whole and precision == "float32":
            # Among millions of ReLUs, rounding decides some, on either side.
            assert total(found, gradient) < max(near_gradient, ALLOWANCE * total(single, gradient))
        else:
            largest = max(np.abs(value).max() for value in gradient.values())
            for name, value in gradient.items():
                error = np.abs(found[name] - value).max()
                # Biases before batch normalisation have no gradient but roundings.
                scale = max(np.abs(value).max(), 1e-3 * largest)
                assert error < near_gradient * scale, f"{name}: {error:.2e} of {scale:.2e}"
        for name, value in exact.named_buffers():
            if "running" in name:
                found = file["/".join(["statistics", *split(name)])][()]
                assert distance(found, value) < near_output


def test_every_network_is_held(network_names):
    assert set(network_names) == set(SMALL)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("network", SMALL)
def test_a_small_relative_agrees(inertia, tmp_path, network, precision):
    check(inertia, tmp_path, network, SMALL[network], precision)


@pytest.mark.parametrize("network", ["vgg16", "googlenet", "densenet121", "resnet50"])
def test_grey_images_of_another_size_agree(inertia, tmp_path, network):
    width = SMALL[network][2]
    check(inertia, tmp_path, network, ((1, 28, 28), 10, width, 0), "float64")


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("network", FULL)
def test_a_whole_network_agrees(inertia, tmp_path, network, precision, pytestconfig):
    if not pytestconfig.getoption("--full"):
        pytest.skip("make interop-networks runs it")
    check(inertia, tmp_path, network, FULL[network], precision, count=2, whole=True)


@pytest.mark.parametrize("network", COUNTS)
def test_parameters_are_counted_as_published(inertia, network):
    shape, classes, _, _ = FULL[network]
    assert described(inertia, network, shape, classes, None)[1] == COUNTS[network]
    module = torch_networks.make(network, shape, classes)
    assert sum(p.numel() for p in module.parameters()) == COUNTS[network]
